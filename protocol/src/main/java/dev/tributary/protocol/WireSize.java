package dev.tributary.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import dev.tributary.protocol.v1.FederationProto;
import dev.tributary.protocol.v1.FederationProto.Envelope;

/**
 * What messages cost in bytes, by kind: a pure function of the message, so that the figures of a
 * run do not depend on where its actors live, whether a message crossed a process or was read by
 * reference, or what Pekko adds below.
 *
 * <p>A reference to an actor is counted as {@value #REFERENCE_BYTES} bytes, whatever host, port and
 * number its path has.
 */
public final class WireSize {
  /** What a reference to an actor counts. */
  public static final int REFERENCE_BYTES = 64;

  private static final String REFERENCE = "r".repeat(REFERENCE_BYTES);
  private static final MessageWriter WRITER = new MessageWriter(_ -> REFERENCE);

  /** As long as any chunk; the sizes need its length only. */
  private static final ByteString ZEROS =
      UnsafeByteOperations.unsafeWrap(new byte[BlobSource.CHUNK_BYTES]);

  private WireSize() {}

  /**
   * Bytes by kind.
   *
   * @param payload elements of tensors
   * @param metadata what describes them and the round: the messages' own fields, blob headers
   * @param framing what only the transfer needs: envelopes, pulls, what surrounds a chunk's bytes
   */
  public record Sizes(long payload, long metadata, long framing) {
    /** Nothing. */
    public static final Sizes NONE = new Sizes(0, 0, 0);

    /** The two together. */
    public Sizes plus(Sizes other) {
      return new Sizes(payload + other.payload, metadata + other.metadata, framing + other.framing);
    }

    /** All kinds together. */
    public long total() {
      return payload + metadata + framing;
    }
  }

  /**
   * One message. The bytes of a chunk count as payload; count a blob either by its chunks or by
   * {@link #blob}, never both.
   */
  public static Sizes of(Wire message) {
    Envelope envelope = WRITER.write(message);
    long size = envelope.getSerializedSize();
    return switch (message) {
      case BlobCommand.Chunk chunk ->
          new Sizes(chunk.bytes().size(), 0, size - chunk.bytes().size());
      case BlobCommand _, BlobCommand.BlobReply _ -> new Sizes(0, 0, size);
      case ServerMessage _, HostMessage _, RoundMessage _ -> {
        long body = body(envelope);
        yield new Sizes(0, body, size - body);
      }
    };
  }

  /**
   * One transfer of a blob in chunks of {@link BlobSource#CHUNK_BYTES} without losses.
   *
   * @param ref the blob; its size is the whole blob's, in bytes
   * @param payloadBytes how many of them are elements ({@link TensorCodec#payloadBytes}); the
   *     others count as metadata
   */
  public static Sizes blob(BlobRef ref, long payloadBytes) {
    if (payloadBytes < 0 || payloadBytes > ref.size()) {
      throw new IllegalArgumentException(
          "blob %s has %d bytes, of which the payload cannot be %d"
              .formatted(ref.id(), ref.size(), payloadBytes));
    }
    long framing = of(new BlobCommand.Release(ref.id())).framing();
    for (long offset = 0; offset < ref.size(); offset += BlobSource.CHUNK_BYTES) {
      int length = (int) Math.min(BlobSource.CHUNK_BYTES, ref.size() - offset);
      framing += pull(ref.id(), offset, length) + chunk(ref.id(), offset, length);
    }
    return new Sizes(payloadBytes, ref.size() - payloadBytes, framing);
  }

  private static long pull(String id, long offset, int length) {
    return Envelope.newBuilder()
        .setVersion(FederationSerializer.VERSION)
        .setPull(
            FederationProto.Pull.newBuilder()
                .setId(id)
                .setOffset(offset)
                .setLength(length)
                .setReplyTo(REFERENCE))
        .build()
        .getSerializedSize();
  }

  private static long chunk(String id, long offset, int length) {
    return of(new BlobCommand.Chunk(id, offset, ZEROS.substring(0, length))).framing();
  }

  /** The size of the one message that the envelope holds. */
  private static long body(Envelope envelope) {
    long size = 0;
    for (Object field : envelope.getAllFields().values()) {
      if (field instanceof Message message) {
        size += message.getSerializedSize();
      }
    }
    return size;
  }
}
