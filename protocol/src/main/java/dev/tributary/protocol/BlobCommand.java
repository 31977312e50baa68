package dev.tributary.protocol;

import com.google.protobuf.ByteString;
import org.apache.pekko.actor.typed.ActorRef;

/** What a source of bulk bytes understands, and what it answers. */
public sealed interface BlobCommand extends Wire, BlobSource.Command {

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

  /**
   * Says that this reader is done with the blob. It frees a blob that was {@linkplain
   * BlobSource.Lend lent} to so many readers; one that was {@linkplain BlobSource.Put put} stays
   * until its owner forgets it.
   *
   * @param id the blob
   */
  record Release(String id) implements BlobCommand {}

  /** The answer to a {@link Pull}. */
  sealed interface BlobReply extends Wire, BlobFetch.Message {}

  /**
   * A part of a blob.
   *
   * @param id the blob
   * @param offset of the first byte, as it was asked for
   * @param bytes as many as were asked for, fewer where the blob ends, never more than {@link
   *     BlobSource#CHUNK_BYTES} to a reader in another process
   */
  record Chunk(String id, long offset, ByteString bytes) implements BlobReply {}

  /** There is no such blob (any more). */
  record Gone(String id) implements BlobReply {}
}
