package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Source and fetch in one process: by reference. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class BlobTransferTest {
  private static final ByteString BLOB = RemoteTransferTest.random(1_000_000);

  private ActorTestKit kit;
  private ActorRef<BlobSource.Command> source;
  private TestProbe<BlobCommand.BlobReply> reader;

  @BeforeAll
  void start() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void fill() {
    source = kit.spawn(BlobSource.create());
    reader = kit.createTestProbe();
    source.tell(new BlobSource.Put("b", BLOB));
  }

  private BlobFetch.Result fetch(BlobRef ref, long maxBytes) {
    TestProbe<BlobFetch.Result> results = kit.createTestProbe();
    ActorRef<BlobFetch.Message> fetch = kit.spawn(BlobFetch.create(ref, results.ref(), maxBytes));
    BlobFetch.Result result = results.receiveMessage();
    results.expectTerminated(fetch);
    results.expectNoMessage(Duration.ofMillis(10));
    return result;
  }

  private BlobRef ref(String id, long size) {
    return new BlobRef(id, size, source.narrow());
  }

  private void assertFailed(BlobFetch.Result result, RefusalCode code, String... parts) {
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

  private BlobCommand.BlobReply pull(String id, long offset, int length) {
    source.tell(new BlobCommand.Pull(id, offset, length, reader.ref()));
    return reader.receiveMessage();
  }

  @Test
  void aFetchInTheSameProcessSharesTheBytes() {
    for (int i = 0; i < 3; i++) {
      assertThat(fetch(ref("b", BLOB.size()), BLOB.size()))
          .isInstanceOfSatisfying(
              BlobFetch.Result.Fetched.class,
              fetched -> {
                assertThat(fetched.ref()).isEqualTo(ref("b", BLOB.size()));
                assertThat(fetched.bytes()).isSameAs(BLOB);
              });
    }
  }

  @Test
  void partsAreWhatWasAskedForAndEndWithTheBlob() {
    assertThat(pull("b", 7, 100)).isEqualTo(new BlobCommand.Chunk("b", 7, BLOB.substring(7, 107)));
    assertThat(pull("b", 999_990, 100))
        .isEqualTo(new BlobCommand.Chunk("b", 999_990, BLOB.substring(999_990)));
    assertThat(pull("b", 1_000_000, 1))
        .isEqualTo(new BlobCommand.Chunk("b", 1_000_000, ByteString.EMPTY));
    assertThat(pull("b", Long.MAX_VALUE, Integer.MAX_VALUE))
        .isEqualTo(new BlobCommand.Chunk("b", Long.MAX_VALUE, ByteString.EMPTY));
    assertThat(pull("b", 1, Integer.MAX_VALUE))
        .isEqualTo(new BlobCommand.Chunk("b", 1, BLOB.substring(1)));
  }

  @Test
  void whatWasPutStaysUntilItIsForgotten() {
    source.tell(new BlobCommand.Release("b"));
    source.tell(new BlobCommand.Release("b"));
    assertThat(pull("b", 0, 1)).isInstanceOf(BlobCommand.Chunk.class);
    source.tell(new BlobSource.Forget("b"));
    source.tell(new BlobSource.Forget("b"));
    assertThat(pull("b", 0, 1)).isEqualTo(new BlobCommand.Gone("b"));
  }

  @Test
  void whatWasLentGoesWithItsLastReader() {
    TestProbe<BlobSource.Freed> owner = kit.createTestProbe();
    source.tell(new BlobSource.Lend("delta", BLOB, 2, owner.ref()));
    assertThat(fetch(ref("delta", BLOB.size()), BLOB.size()))
        .isInstanceOf(BlobFetch.Result.Fetched.class);
    owner.expectNoMessage(Duration.ofMillis(50));
    assertThat(fetch(ref("delta", BLOB.size()), BLOB.size()))
        .isInstanceOf(BlobFetch.Result.Fetched.class);
    assertThat(owner.receiveMessage()).isEqualTo(new BlobSource.Freed("delta"));
    assertFailed(
        fetch(ref("delta", BLOB.size()), BLOB.size()),
        RefusalCode.TRANSFER_FAILED,
        "no blob delta");
    assertThatThrownBy(() -> new BlobSource.Lend("delta", BLOB, 0, owner.ref()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }

  @Test
  void aRefusedOrStoppedFetchReleasesToo() {
    TestProbe<BlobCommand> owner = kit.createTestProbe();
    TestProbe<BlobFetch.Result> results = kit.createTestProbe();
    BlobRef silent = new BlobRef("b", 10, owner.ref());
    kit.spawn(BlobFetch.create(silent, results.ref(), 9));
    assertThat(owner.receiveMessage()).isEqualTo(new BlobCommand.Release("b"));
    ActorRef<BlobFetch.Message> fetch = kit.spawn(BlobFetch.create(silent, results.ref(), 10));
    owner.expectMessageClass(BlobCommand.Pull.class);
    kit.stop(fetch);
    assertThat(owner.receiveMessage()).isEqualTo(new BlobCommand.Release("b"));
    owner.expectNoMessage(Duration.ofMillis(10));
  }

  @Test
  void aBlobLargerThanTheLimitIsNotAskedFor() {
    assertFailed(fetch(ref("b", 1_000_000), 999_999), RefusalCode.TOO_LARGE, "1000000", "999999");
    assertFailed(fetch(ref("b", Long.MAX_VALUE), Long.MAX_VALUE), RefusalCode.TOO_LARGE);
    assertFailed(fetch(ref("b", -1), 10), RefusalCode.TOO_LARGE);
  }

  @Test
  void aSizeThatIsNotTrueIsNoticed() {
    assertFailed(
        fetch(ref("b", 1_000_001), 2_000_000), RefusalCode.WRONG_LENGTH, "1000000", "1000001");
  }

  @Test
  void anEmptyBlobIsThereAtOnce() {
    assertThat(fetch(ref("nothing", 0), 0))
        .isEqualTo(new BlobFetch.Result.Fetched(ref("nothing", 0), ByteString.EMPTY));
  }

  @Test
  void aSourceThatHasStoppedIsNoticedAtOnce() {
    kit.stop(source);
    long start = System.nanoTime();
    assertFailed(
        fetch(ref("b", BLOB.size()), BLOB.size()),
        RefusalCode.TRANSFER_FAILED,
        "stopped",
        "1000000 of 1000000");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(BlobFetch.Patience.DEFAULT.perAttempt());
  }

  @Test
  void patienceMustEnd() {
    assertThatThrownBy(() -> new BlobFetch.Patience(Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BlobFetch.Patience(Duration.ofSeconds(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
