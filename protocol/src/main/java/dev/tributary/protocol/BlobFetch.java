package dev.tributary.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one blob, replies with one {@link Result} and stops.
 *
 * <p>From a source in the same process it takes the whole blob by reference. From another process
 * it pulls chunks, {@value #WINDOW} at a time, asks again for what does not come, and copies each
 * once. What comes is checked against what was asked for; what it says inside is for {@link
 * TensorCodec#decode} to check. Its end releases the blob, however it ends.
 */
public final class BlobFetch {
  /** Chunks on their way at once: about 3 MiB, what a link of 1 Gbit/s carries in 25 ms. */
  static final int WINDOW = 16;

  private BlobFetch() {}

  /** What the actor understands. */
  public sealed interface Message permits BlobCommand.BlobReply, Stalled, SourceStopped {}

  /** How a fetch ended. */
  public sealed interface Result extends NoSerializationVerificationNeeded {
    /** The blob that was to be fetched. */
    BlobRef ref();

    /** All {@code ref.size()} bytes are there. */
    record Fetched(BlobRef ref, ByteString bytes) implements Result {}

    /**
     * They are not: TOO_LARGE, WRONG_LENGTH, MALFORMED or TRANSFER_FAILED, and what was found and
     * expected.
     */
    record Failed(BlobRef ref, RefusalCode code, String message) implements Result {}
  }

  /**
   * When to give up.
   *
   * @param perAttempt how long to wait for any byte before asking again
   * @param attempts how many such waits in a row without any byte end the fetch, &gt; 0
   */
  public record Patience(Duration perAttempt, int attempts) {
    /** Four waits of five seconds. */
    public static final Patience DEFAULT = new Patience(Duration.ofSeconds(5), 4);

    /** Refuses a wait that never ends and a fetch that never starts. */
    public Patience {
      if (!perAttempt.isPositive() || attempts < 1) {
        throw new IllegalArgumentException(
            "a fetch needs a positive wait and at least 1 attempt, got %s and %d"
                .formatted(perAttempt, attempts));
      }
    }
  }

  record Stalled() implements Message, NoSerializationVerificationNeeded {}

  record SourceStopped() implements Message, NoSerializationVerificationNeeded {}

  /**
   * A fetch with the default patience.
   *
   * @param ref what to fetch
   * @param replyTo gets one {@link Result}
   * @param maxBytes the most bytes to take; a larger blob is refused without asking for it
   */
  public static Behavior<Message> create(BlobRef ref, ActorRef<Result> replyTo, long maxBytes) {
    return create(ref, replyTo, maxBytes, Patience.DEFAULT);
  }

  /** As {@link #create(BlobRef, ActorRef, long)}, with a patience of its own. */
  public static Behavior<Message> create(
      BlobRef ref, ActorRef<Result> replyTo, long maxBytes, Patience patience) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Transfer(context, timers, ref, replyTo, patience).start(maxBytes)));
  }

  private static final class Transfer extends AbstractBehavior<Message> {
    private final TimerScheduler<Message> timers;
    private final BlobRef ref;
    private final ActorRef<Result> replyTo;
    private final Patience patience;
    private final boolean local;

    /** What was asked for and has not come: offset to length, in the order of asking. */
    private final Map<Long, Integer> outstanding = new LinkedHashMap<>();

    /** The first byte that was not asked for yet. */
    private long next;

    /** Made when the first chunk has come, so that a mere claim takes no memory. */
    private byte @Nullable [] assembled;

    private int silences;
    private boolean stopped;
    private boolean released;

    Transfer(
        ActorContext<Message> context,
        TimerScheduler<Message> timers,
        BlobRef ref,
        ActorRef<Result> replyTo,
        Patience patience) {
      super(context);
      this.timers = timers;
      this.ref = ref;
      this.replyTo = replyTo;
      this.patience = patience;
      this.local = BlobSource.isLocal(ref.source());
    }

    Behavior<Message> start(long maxBytes) {
      long limit = Math.min(maxBytes, Integer.MAX_VALUE - Long.BYTES);
      if (ref.size() < 0 || ref.size() > limit) {
        return failed(
            RefusalCode.TOO_LARGE,
            "blob %s has %d bytes, at most %d are taken".formatted(ref.id(), ref.size(), limit));
      }
      if (ref.size() == 0) {
        return fetched(ByteString.EMPTY);
      }
      getContext().watchWith(ref.source(), new SourceStopped());
      ask();
      rest();
      return this;
    }

    @Override
    public Receive<Message> createReceive() {
      return newReceiveBuilder()
          .onMessage(Message.class, this::on)
          .onSignal(PostStop.class, _ -> release())
          .build();
    }

    private Behavior<Message> on(Message message) {
      return switch (message) {
        case BlobCommand.Chunk chunk -> take(chunk);
        case BlobCommand.Gone(String id) ->
            failed(
                RefusalCode.TRANSFER_FAILED, "its source has no blob %s (any more)".formatted(id));
        case Stalled() -> again();
        case SourceStopped() -> sourceStopped();
      };
    }

    private Behavior<Message> take(BlobCommand.Chunk chunk) {
      int found = chunk.bytes().size();
      Integer expected = outstanding.remove(chunk.offset());
      if (!chunk.id().equals(ref.id()) || (expected == null && !repeated(chunk.offset()))) {
        return failed(
            RefusalCode.MALFORMED,
            "a chunk of blob %s at byte %d came, which was not asked for; blob %s was"
                .formatted(chunk.id(), chunk.offset(), ref.id()));
      }
      if (expected == null) {
        return this;
      }
      if (found != expected) {
        return failed(
            RefusalCode.WRONG_LENGTH,
            "blob %s gave %d bytes at byte %d, expected %d of %d"
                .formatted(ref.id(), found, chunk.offset(), expected, ref.size()));
      }
      if (found == ref.size()) {
        return fetched(chunk.bytes());
      }
      if (assembled == null) {
        assembled = new byte[(int) ref.size()];
      }
      chunk.bytes().copyTo(assembled, (int) chunk.offset());
      ask();
      if (outstanding.isEmpty()) {
        return fetched(UnsafeByteOperations.unsafeWrap(assembled));
      }
      silences = 0;
      rest();
      return this;
    }

    /** Whether it was asked for twice and has come before. */
    private boolean repeated(long offset) {
      return offset >= 0 && offset < next && offset % BlobSource.CHUNK_BYTES == 0;
    }

    /** Fills the window. */
    private void ask() {
      long largest = local ? ref.size() : BlobSource.CHUNK_BYTES;
      while (outstanding.size() < WINDOW && next < ref.size()) {
        int length = (int) Math.min(largest, ref.size() - next);
        outstanding.put(next, length);
        pull(next, length);
        next += length;
      }
    }

    /**
     * From another process the notice of its end can overtake the chunks that it has sent: they get
     * one more wait.
     */
    private Behavior<Message> sourceStopped() {
      stopped = true;
      if (local) {
        return failedByStop();
      }
      rest();
      return this;
    }

    private Behavior<Message> failedByStop() {
      return failed(
          RefusalCode.TRANSFER_FAILED,
          "the source of blob %s stopped with %d of %d bytes not fetched"
              .formatted(ref.id(), missing(), ref.size()));
    }

    private Behavior<Message> again() {
      if (stopped) {
        return failedByStop();
      }
      silences++;
      if (silences >= patience.attempts()) {
        return failed(
            RefusalCode.TRANSFER_FAILED,
            "nothing of blob %s came from %s in %d waits of %s; %d of %d bytes are missing"
                .formatted(
                    ref.id(),
                    ref.source().path(),
                    silences,
                    patience.perAttempt(),
                    missing(),
                    ref.size()));
      }
      outstanding.forEach(this::pull);
      rest();
      return this;
    }

    private void pull(long offset, int length) {
      ref.source()
          .tell(new BlobCommand.Pull(ref.id(), offset, length, getContext().getSelf().narrow()));
    }

    private void rest() {
      timers.startSingleTimer(new Stalled(), patience.perAttempt());
    }

    private long missing() {
      return ref.size() - next + outstanding.values().stream().mapToLong(Integer::longValue).sum();
    }

    private Behavior<Message> fetched(ByteString bytes) {
      replyTo.tell(new Result.Fetched(ref, bytes));
      return end();
    }

    private Behavior<Message> failed(RefusalCode code, String message) {
      replyTo.tell(new Result.Failed(ref, code, message));
      return end();
    }

    private Behavior<Message> end() {
      release();
      return Behaviors.stopped();
    }

    /** Once, whether the fetch ends by itself or is stopped from outside. */
    private Behavior<Message> release() {
      if (!released) {
        released = true;
        ref.source().tell(new BlobCommand.Release(ref.id()));
      }
      return this;
    }
  }
}
