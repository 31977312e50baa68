package dev.tributary.protocol;

import com.google.protobuf.ByteString;
import org.apache.pekko.actor.typed.ActorRef;

/** What a source of bulk bytes understands, and what it answers. */
public sealed interface BlobCommand extends Wire {

  /**
   * Asks for {@code length} bytes from {@code offset}.
   *
   * @param id the blob
   * @param offset in bytes
   * @param length in bytes, &gt; 0
   * @param replyTo gets one {@link Chunk} or {@link Gone}
   */
  record Pull(String id, long offset, int length, ActorRef<BlobReply> replyTo)
      implements BlobCommand {}

  /** Says that the blob will not be asked for again by this reader, so its memory may be freed. */
  record Release(String id) implements BlobCommand {}

  /** The answer to a {@link Pull}. */
  sealed interface BlobReply extends Wire {}

  /** A part of a blob. */
  record Chunk(String id, long offset, ByteString bytes) implements BlobReply {}

  /** There is no such blob (any more). */
  record Gone(String id) implements BlobReply {}
}
