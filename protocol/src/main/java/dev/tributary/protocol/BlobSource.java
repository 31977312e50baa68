package dev.tributary.protocol;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Holds blobs for readers anywhere. Its owner, in the same process, {@linkplain Put puts} and
 * {@linkplain Forget forgets} them; readers {@linkplain BlobCommand.Pull pull} parts, which are
 * handed out without copying.
 *
 * <p>Any number of readers may pull the same blob at once. It keeps no state per reader: a reader
 * asks again for what got lost.
 */
public final class BlobSource {
  /**
   * The most bytes that one chunk carries to another process: with its envelope it must stay below
   * the 256 KiB frame of Artery's ordinary lane, above which Artery drops messages.
   */
  public static final int CHUNK_BYTES = 192 * 1024;

  private BlobSource() {}

  /** What the actor understands: {@link BlobCommand}s from anywhere, the rest from its process. */
  public sealed interface Command permits Put, Lend, Forget, BlobCommand {}

  /**
   * Holds a blob until {@link Forget}. Putting an id again replaces it.
   *
   * @param id unique at this source
   * @param bytes not copied
   */
  public record Put(String id, ByteString bytes)
      implements Command, NoSerializationVerificationNeeded {}

  /**
   * Holds a blob until so many readers have {@linkplain BlobCommand.Release released} it, or until
   * {@link Forget}.
   *
   * @param id unique at this source
   * @param bytes not copied
   * @param readers &gt; 0
   * @param owner hears when the last reader has released it
   */
  public record Lend(String id, ByteString bytes, int readers, ActorRef<? super Freed> owner)
      implements Command, NoSerializationVerificationNeeded {
    /** Refuses a number of readers that would never free it. */
    public Lend {
      if (readers < 1) {
        throw new IllegalArgumentException(
            "blob %s is lent to %d readers; lend to at least 1, or put it".formatted(id, readers));
      }
    }
  }

  /** A blob that was lent is no longer held, as all its readers have released it. */
  public record Freed(String id) implements NoSerializationVerificationNeeded {}

  /** Frees a blob without a word to its owner; nothing happens if there is none. */
  public record Forget(String id) implements Command, NoSerializationVerificationNeeded {}

  /** A source that holds nothing yet. */
  public static Behavior<Command> create() {
    return Behaviors.setup(Store::new);
  }

  /** {@code readers} is how many releases are still awaited; without an owner none free it. */
  private record Held(ByteString bytes, int readers, @Nullable ActorRef<? super Freed> owner) {}

  private static final class Store extends AbstractBehavior<Command> {
    private final Map<String, Held> blobs = new HashMap<>();

    Store(ActorContext<Command> context) {
      super(context);
    }

    @Override
    public Receive<Command> createReceive() {
      return newReceiveBuilder().onMessage(Command.class, this::on).build();
    }

    private Behavior<Command> on(Command command) {
      switch (command) {
        case Put(String id, ByteString bytes) -> blobs.put(id, new Held(bytes, 0, null));
        case Lend lend ->
            blobs.put(lend.id(), new Held(lend.bytes(), lend.readers(), lend.owner()));
        case Forget(String id) -> blobs.remove(id);
        case BlobCommand.Release(String id) -> release(id);
        case BlobCommand.Pull pull -> pull.replyTo().tell(answer(pull));
      }
      return this;
    }

    private void release(String id) {
      Held held = blobs.get(id);
      if (held == null || held.owner() == null) {
        return;
      }
      if (held.readers() > 1) {
        blobs.put(id, new Held(held.bytes(), held.readers() - 1, held.owner()));
      } else {
        blobs.remove(id);
        held.owner().tell(new Freed(id));
      }
    }

    private BlobCommand.BlobReply answer(BlobCommand.Pull pull) {
      Held held = blobs.get(pull.id());
      if (held == null) {
        return new BlobCommand.Gone(pull.id());
      }
      int size = held.bytes().size();
      int from = Math.clamp(pull.offset(), 0, size);
      int length = Math.clamp(pull.length(), 0, isLocal(pull.replyTo()) ? size : CHUNK_BYTES);
      int to = (int) Math.min(size, (long) from + length);
      // A substring of all would be a view of its own, which costs its reader a copy later.
      ByteString part = to - from == size ? held.bytes() : held.bytes().substring(from, to);
      return new BlobCommand.Chunk(pull.id(), pull.offset(), part);
    }
  }

  /** Whether messages to this actor stay in the process. */
  static boolean isLocal(ActorRef<?> actor) {
    return actor.path().address().hasLocalScope();
  }
}
