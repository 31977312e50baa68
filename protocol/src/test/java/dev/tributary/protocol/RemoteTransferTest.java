package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Blobs between two actor systems over TCP, from sources good and bad. */
@SuppressWarnings("NullAway.Init")
class RemoteTransferTest {
  /** digit-cnn's 14,219,210 parameters as fp32. */
  private static final int DIGIT_CNN_BYTES = 4 * 14_219_210;

  private static final int CHUNK = BlobSource.CHUNK_BYTES;
  private static final Duration WAIT = Duration.ofSeconds(30);

  /** Two waits of a second. */
  private static final BlobFetch.Patience SHORT = new BlobFetch.Patience(Duration.ofSeconds(1), 2);

  /** 20 whole chunks, more than the window, and a part of one. */
  private static final ByteString BLOB = random(20 * CHUNK + 123);

  private static RemotePair pair;

  @BeforeAll
  static void start() {
    pair = new RemotePair();
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  static ByteString random(int size) {
    RandomStream random = Seeds.root(7).child("blob").stream();
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** What a far source that answers by this script gives. */
  private static BlobFetch.Result fetchFrom(
      Function<BlobCommand.Pull, List<BlobCommand.BlobReply>> script) {
    Behavior<BlobCommand> behavior =
        Behaviors.receive(BlobCommand.class)
            .onMessage(
                BlobCommand.Pull.class,
                pull -> {
                  script.apply(pull).forEach(pull.replyTo()::tell);
                  return Behaviors.same();
                })
            .onMessage(BlobCommand.Release.class, _ -> Behaviors.stopped())
            .build();
    BlobRef ref = new BlobRef("b", BLOB.size(), pair.spawnFar(behavior));
    return pair.fetch(ref, BLOB.size(), SHORT, WAIT);
  }

  private static BlobCommand.Chunk right(BlobCommand.Pull pull) {
    int from = (int) pull.offset();
    return new BlobCommand.Chunk(
        pull.id(), pull.offset(), BLOB.substring(from, from + pull.length()));
  }

  private static void assertFetched(BlobFetch.Result result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            BlobFetch.Result.Fetched.class,
            fetched -> assertThat(fetched.bytes().equals(BLOB)).isTrue());
  }

  private static void assertFailed(BlobFetch.Result result, RefusalCode code, String... parts) {
    assertThat(result)
        .isInstanceOfSatisfying(
            BlobFetch.Result.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(code);
              for (String part : parts) {
                assertThat(failed.message()).contains(part);
              }
            });
  }

  @Test
  void aModelOf57MegabytesArrivesIntact() {
    ByteString blob = random(DIGIT_CNN_BYTES);
    ActorRef<BlobSource.Command> farSource = pair.far.spawn(BlobSource.create());
    farSource.tell(new BlobSource.Put("w", blob));
    BlobRef ref = new BlobRef("w", blob.size(), pair.nearView(farSource).narrow());
    for (int run = 0; run < 5; run++) {
      long start = System.nanoTime();
      BlobFetch.Result result = pair.fetch(ref, blob.size(), BlobFetch.Patience.DEFAULT, WAIT);
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(result)
          .isInstanceOfSatisfying(
              BlobFetch.Result.Fetched.class,
              fetched -> assertThat(fetched.bytes().equals(blob)).isTrue());
      System.out.printf(Locale.ROOT, "57 MB over TCP: %.0f MB/s%n", blob.size() / 1e6 / seconds);
    }
  }

  @Test
  void severalReadersShareOneBlob() {
    ActorRef<BlobSource.Command> farSource = pair.far.spawn(BlobSource.create());
    farSource.tell(new BlobSource.Lend("b", BLOB, 8, pair.far.system().ignoreRef()));
    BlobRef ref = new BlobRef("b", BLOB.size(), pair.nearView(farSource).narrow());
    TestProbe<BlobFetch.Result> results = pair.near.createTestProbe();
    for (int i = 0; i < 8; i++) {
      pair.near.spawn(BlobFetch.create(ref, results.ref(), BLOB.size()));
    }
    results.receiveSeveralMessages(8, WAIT).forEach(RemoteTransferTest::assertFetched);
    TestProbe<BlobCommand.BlobReply> reader = pair.far.createTestProbe();
    await()
        .atMost(WAIT)
        .untilAsserted(
            () -> {
              farSource.tell(new BlobCommand.Pull("b", 0, 1, reader.ref()));
              assertThat(reader.receiveMessage()).isEqualTo(new BlobCommand.Gone("b"));
            });
  }

  @Test
  void aSourceNeverSendsMoreThanAFrameHolds() {
    ActorRef<BlobSource.Command> farSource = pair.far.spawn(BlobSource.create());
    farSource.tell(new BlobSource.Put("b", BLOB));
    TestProbe<BlobCommand.BlobReply> reader = pair.near.createTestProbe();
    pair.nearView(farSource).tell(new BlobCommand.Pull("b", 5, BLOB.size(), reader.ref()));
    assertThat(reader.receiveMessage(WAIT))
        .isEqualTo(new BlobCommand.Chunk("b", 5, BLOB.substring(5, 5 + CHUNK)));
  }

  /** Every chunk is lost once, so there are two silences, but not in a row. */
  @Test
  void lostChunksAreAskedForAgain() {
    Set<Long> seen = new HashSet<>();
    assertFetched(fetchFrom(pull -> seen.add(pull.offset()) ? List.of() : List.of(right(pull))));
  }

  @Test
  void repeatedAndLateChunksDoNoHarm() {
    BlobCommand.Chunk[] held = new BlobCommand.Chunk[1];
    assertFetched(
        fetchFrom(
            pull -> {
              BlobCommand.Chunk before = held[0];
              held[0] = right(pull);
              boolean last = pull.offset() + pull.length() == BLOB.size();
              return before == null
                  ? List.of()
                  : last ? List.of(held[0], before, before) : List.of(before, before);
            }));
  }

  @Test
  void noMoreThanTheWindowIsOnItsWay() {
    AtomicInteger asked = new AtomicInteger();
    Set<Long> offsets = new HashSet<>();
    BlobFetch.Result result =
        fetchFrom(
            pull -> {
              asked.incrementAndGet();
              offsets.add(pull.offset());
              return List.of();
            });
    assertFailed(
        result,
        RefusalCode.TRANSFER_FAILED,
        "nothing of blob b",
        "2 waits",
        BLOB.size() + " of " + BLOB.size());
    assertThat(offsets).hasSize(BlobFetch.WINDOW);
    assertThat(asked).hasValue(2 * BlobFetch.WINDOW);
  }

  @Test
  void aShortChunkIsRefused() {
    assertFailed(
        fetchFrom(
            pull ->
                List.of(
                    new BlobCommand.Chunk("b", pull.offset(), right(pull).bytes().substring(1)))),
        RefusalCode.WRONG_LENGTH,
        "196607",
        "196608");
  }

  @Test
  void aLongChunkIsRefused() {
    ByteString extra = ByteString.copyFrom(new byte[1]);
    assertFailed(
        fetchFrom(
            pull ->
                List.of(
                    new BlobCommand.Chunk("b", pull.offset(), right(pull).bytes().concat(extra)))),
        RefusalCode.WRONG_LENGTH,
        "196609",
        "196608");
  }

  @Test
  void aChunkThatWasNotAskedForIsRefused() {
    for (long offset : new long[] {1, CHUNK - 1, BLOB.size(), Long.MAX_VALUE, 100L * CHUNK}) {
      assertFailed(
          fetchFrom(pull -> List.of(new BlobCommand.Chunk("b", offset, right(pull).bytes()))),
          RefusalCode.MALFORMED,
          "not asked for",
          Long.toString(offset));
    }
    assertFailed(
        fetchFrom(pull -> List.of(new BlobCommand.Chunk("c", pull.offset(), ByteString.EMPTY))),
        RefusalCode.MALFORMED,
        "blob c");
  }

  @Test
  void aBlobThatIsGoneMidwayIsAFailure() {
    assertFailed(
        fetchFrom(pull -> List.of(pull.offset() < CHUNK ? right(pull) : new BlobCommand.Gone("b"))),
        RefusalCode.TRANSFER_FAILED,
        "no blob b");
  }

  @Test
  void aSourceThatDiesMidwayIsAFailure() {
    AtomicInteger answers = new AtomicInteger();
    Behavior<BlobCommand> dying =
        Behaviors.receive(BlobCommand.class)
            .onMessage(
                BlobCommand.Pull.class,
                pull -> {
                  pull.replyTo().tell(right(pull));
                  return answers.incrementAndGet() == 5 ? Behaviors.stopped() : Behaviors.same();
                })
            .build();
    BlobRef ref = new BlobRef("b", BLOB.size(), pair.spawnFar(dying));
    BlobFetch.Result result = pair.fetch(ref, BLOB.size(), SHORT, WAIT);
    String missing = (BLOB.size() - 5 * CHUNK) + " of " + BLOB.size();
    assertFailed(result, RefusalCode.TRANSFER_FAILED, "stopped", missing);
  }

  @Test
  void aProcessThatDiesMidwayIsAFailure() {
    try (RemotePair own = new RemotePair()) {
      AtomicInteger answers = new AtomicInteger();
      Behavior<BlobCommand> stalling =
          Behaviors.receive(BlobCommand.class)
              .onMessage(
                  BlobCommand.Pull.class,
                  pull -> {
                    if (answers.incrementAndGet() <= 5) {
                      pull.replyTo().tell(right(pull));
                    }
                    return Behaviors.same();
                  })
              .build();
      BlobRef ref = new BlobRef("b", BLOB.size(), own.spawnFar(stalling));
      TestProbe<BlobFetch.Result> results = own.near.createTestProbe();
      own.near.spawn(BlobFetch.create(ref, results.ref(), BLOB.size()));
      await().atMost(WAIT).until(() -> answers.get() > 5);
      own.far.shutdownTestKit();
      assertFailed(results.receiveMessage(WAIT), RefusalCode.TRANSFER_FAILED, "blob b");
    }
  }
}
