package dev.tributary.protocol;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tributary.protocol.v1.FederationProto.Envelope;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.ActorPaths;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * What Pekko calls for every {@link Wire} message that leaves or enters the process: protobuf in an
 * envelope with a version, references to actors as {@link ActorRefResolver} writes them.
 *
 * <p>Bytes that are not such a message give {@link NotSerializableException}, which Pekko logs and
 * drops; its cause is a {@link WireException} with the code.
 */
public final class FederationSerializer extends SerializerWithStringManifest
    implements ByteBufferSerializer {
  /** The version of all messages that is written, and the only one that is read. */
  public static final int VERSION = 1;

  /** Part of the wire format: never changed, unique among the serializers of a system. */
  private static final int IDENTIFIER = 1_746_201;

  private final ActorRefResolver resolver;
  private final String protocol;
  private final MessageWriter writer;
  private final MessageReader reader;

  /** Made by Pekko, by reflection, for the bindings in {@code reference.conf}. */
  public FederationSerializer(ExtendedActorSystem system) {
    this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
    this.writer = new MessageWriter(resolver::toSerializationFormat);
    this.protocol = system.provider().getDefaultAddress().protocol();
    this.reader =
        new MessageReader(
            new MessageReader.References() {
              @Override
              public <T> ActorRef<T> resolve(String text) throws WireException {
                return FederationSerializer.this.resolve(text);
              }
            });
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return switch (wire(message)) {
      case ServerMessage.Join _ -> "join";
      case HostMessage.Joined _ -> "joined";
      case HostMessage.JoinRefused _ -> "join-refused";
      case HostMessage.Train _ -> "train";
      case HostMessage.Evaluate _ -> "evaluate";
      case HostMessage.Finished _ -> "finished";
      case RoundMessage.Updated _ -> "updated";
      case RoundMessage.Evaluated _ -> "evaluated";
      case RoundMessage.Refused _ -> "refused";
      case BlobCommand.Pull _ -> "pull";
      case BlobCommand.Release _ -> "release";
      case BlobCommand.Chunk _ -> "chunk";
      case BlobCommand.Gone _ -> "gone";
    };
  }

  @Override
  public byte[] toBinary(Object message) {
    return writer.write(wire(message)).toByteArray();
  }

  /**
   * Writes straight into the transport's buffer, so a chunk is copied once.
   *
   * @throws BufferOverflowException if it does not fit, as Pekko expects
   */
  @Override
  public void toBinary(Object message, ByteBuffer buffer) {
    Envelope envelope = writer.write(wire(message));
    if (envelope.getSerializedSize() > buffer.remaining()) {
      throw new BufferOverflowException();
    }
    CodedOutputStream out = CodedOutputStream.newInstance(buffer);
    try {
      envelope.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return read(Envelope.parseFrom(bytes), manifest);
    } catch (InvalidProtocolBufferException e) {
      throw refused(manifest, MessageReader.malformed(e));
    }
  }

  /** Copies what it keeps: the transport uses the buffer again. */
  @Override
  public Object fromBinary(ByteBuffer buffer, String manifest) throws NotSerializableException {
    try {
      return read(Envelope.parseFrom(buffer), manifest);
    } catch (InvalidProtocolBufferException e) {
      throw refused(manifest, MessageReader.malformed(e));
    }
  }

  private Object read(Envelope envelope, String manifest) throws NotSerializableException {
    try {
      Wire message = reader.read(envelope);
      if (!manifest(message).equals(manifest)) {
        throw MessageReader.malformed("it is a '%s'".formatted(manifest(message)));
      }
      return message;
    } catch (WireException e) {
      throw refused(manifest, e);
    }
  }

  private <T> ActorRef<T> resolve(String text) throws WireException {
    ActorPath path;
    try {
      path = ActorPaths.fromString(text);
    } catch (
        Exception e) { // Scala does not declare what it throws: MalformedURLException and more.
      throw new WireException(
          RefusalCode.MALFORMED, "'%s' is not a reference to an actor".formatted(text), e);
    }
    if (!path.address().protocol().equals(protocol)) {
      throw new WireException(
          RefusalCode.MALFORMED,
          "'%s' is not a reference to an actor of protocol %s".formatted(text, protocol));
    }
    return resolver.resolveActorRef(text);
  }

  private static Wire wire(Object message) {
    if (message instanceof Wire wire) {
      return wire;
    }
    throw new IllegalArgumentException(
        "%s is not a Wire message; bind another serializer to it"
            .formatted(message.getClass().getName()));
  }

  private static NotSerializableException refused(String manifest, WireException why) {
    NotSerializableException e =
        new NotSerializableException(
            "what claims to be a '%s' was refused as %s: %s"
                .formatted(manifest, why.code(), why.getMessage()));
    e.initCause(why);
    return e;
  }
}
