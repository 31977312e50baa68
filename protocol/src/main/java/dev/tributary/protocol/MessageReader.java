package dev.tributary.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.v1.FederationProto;
import dev.tributary.protocol.v1.FederationProto.Envelope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** Protobuf to records, believing nothing: ranges are checked, a key occurs once. */
final class MessageReader {
  /** Reads a reference to an actor of any protocol. */
  interface References {
    <T> ActorRef<T> resolve(String text) throws WireException;
  }

  private final References references;

  MessageReader(References references) {
    this.references = references;
  }

  /**
   * The record in an envelope of our version.
   *
   * @throws WireException WRONG_VERSION or MALFORMED
   */
  Wire read(Envelope envelope) throws WireException {
    if (envelope.getVersion() != FederationSerializer.VERSION) {
      throw new WireException(
          RefusalCode.WRONG_VERSION,
          "a message has version %s, this side reads version %d; run the same release on both"
              .formatted(
                  Integer.toUnsignedString(envelope.getVersion()), FederationSerializer.VERSION));
    }
    return switch (envelope.getMessageCase()) {
      case JOIN -> join(envelope.getJoin());
      case JOINED -> new HostMessage.Joined(envelope.getJoined().getHost());
      case JOIN_REFUSED ->
          new HostMessage.JoinRefused(
              code(envelope.getJoinRefused().getCodeValue()),
              envelope.getJoinRefused().getMessage());
      case TRAIN -> train(envelope.getTrain());
      case EVALUATE -> evaluate(envelope.getEvaluate());
      case FINISHED ->
          new HostMessage.Finished(
              envelope.getFinished().getComplete(), envelope.getFinished().getMessage());
      case UPDATED -> updated(envelope.getUpdated());
      case EVALUATED -> evaluated(envelope.getEvaluated());
      case REFUSED -> refused(envelope.getRefused());
      case PULL -> pull(envelope.getPull());
      case RELEASE -> new BlobCommand.Release(envelope.getRelease().getId());
      case CHUNK ->
          new BlobCommand.Chunk(
              envelope.getChunk().getId(),
              count("a chunk's offset", envelope.getChunk().getOffset()),
              envelope.getChunk().getData());
      case GONE -> new BlobCommand.Gone(envelope.getGone().getId());
      case MESSAGE_NOT_SET -> throw malformed("an envelope holds no message that is known");
    };
  }

  private ServerMessage join(FederationProto.Join join) throws WireException {
    Map<String, String> engine = new LinkedHashMap<>();
    for (FederationProto.Text fact : join.getEngineList()) {
      if (engine.put(fact.getKey(), fact.getValue()) != null) {
        throw malformed("engine fact '%s' occurs twice".formatted(fact.getKey()));
      }
    }
    List<ClientFacts> clients = new ArrayList<>();
    for (FederationProto.ClientFacts facts : join.getClientsList()) {
      clients.add(
          new ClientFacts(
              facts.getId(),
              facts.getDomain(),
              count("a client's examples", facts.getTrainExamples())));
    }
    return new ServerMessage.Join(
        join.getHost(),
        join.getScenario(),
        Map.copyOf(engine),
        List.copyOf(clients),
        references.resolve(join.getReplyTo()));
  }

  private HostMessage train(FederationProto.Train train) throws WireException {
    return new HostMessage.Train(
        count("a round", train.getRound()),
        train.getClient(),
        blob(train.hasWeights(), train.getWeights()),
        train.getLocalState(),
        references.resolve(train.getReplyTo()));
  }

  private HostMessage evaluate(FederationProto.Evaluate evaluate) throws WireException {
    Set<String> splits = new HashSet<>();
    for (String split : evaluate.getSplitsList()) {
      if (!splits.add(split)) {
        throw malformed("split '%s' occurs twice".formatted(split));
      }
    }
    return new HostMessage.Evaluate(
        count("a round", evaluate.getRound()),
        evaluate.getClient(),
        blob(evaluate.hasWeights(), evaluate.getWeights()),
        evaluate.getLocalState(),
        Set.copyOf(splits),
        references.resolve(evaluate.getReplyTo()));
  }

  private RoundMessage updated(FederationProto.Updated updated) throws WireException {
    return new RoundMessage.Updated(
        count("a round", updated.getRound()),
        updated.getClient(),
        count("a number of examples", updated.getExamples()),
        count("a number of samples", updated.getSamples()),
        count("a number of steps", updated.getSteps()),
        updated.getMeanLoss(),
        updated.getDeltaNorm(),
        updated.getSeconds(),
        updated.getLocalState(),
        blob(updated.hasDelta(), updated.getDelta()));
  }

  private RoundMessage evaluated(FederationProto.Evaluated evaluated) throws WireException {
    Map<String, Evaluation> results = new LinkedHashMap<>();
    for (FederationProto.SplitResult result : evaluated.getResultsList()) {
      Evaluation evaluation =
          new Evaluation(
              count("a number of examples", result.getExamples()),
              count("a number of correct ones", result.getCorrect()),
              count(
                  "a number of correct ones within a task",
                  result.hasCorrectWithin() ? result.getCorrectWithin() : result.getCorrect()),
              result.getLossSum());
      if (results.put(result.getSplit(), evaluation) != null) {
        throw malformed("split '%s' occurs twice".formatted(result.getSplit()));
      }
    }
    return new RoundMessage.Evaluated(
        count("a round", evaluated.getRound()),
        evaluated.getClient(),
        Map.copyOf(results),
        evaluated.getSeconds());
  }

  private RoundMessage refused(FederationProto.Refused refused) throws WireException {
    return new RoundMessage.Refused(
        count("a round", refused.getRound()),
        refused.getClient(),
        code(refused.getCodeValue()),
        refused.getMessage());
  }

  private BlobCommand pull(FederationProto.Pull pull) throws WireException {
    int length = count("a number of bytes", pull.getLength());
    if (length == 0) {
      throw malformed("0 bytes are asked for, expected at least 1");
    }
    return new BlobCommand.Pull(
        pull.getId(),
        count("an offset", pull.getOffset()),
        length,
        references.resolve(pull.getReplyTo()));
  }

  private BlobRef blob(boolean present, FederationProto.BlobRef ref) throws WireException {
    if (!present) {
      throw malformed("the reference to a blob is missing");
    }
    return new BlobRef(
        ref.getId(), count("a blob's size", ref.getSize()), references.resolve(ref.getSource()));
  }

  private static RefusalCode code(int number) throws WireException {
    for (RefusalCode code : RefusalCode.values()) {
      if (code.number() == number) {
        return code;
      }
    }
    throw malformed("refusal code %d is not known".formatted(number));
  }

  private static int count(String what, int value) throws WireException {
    if (value < 0) {
      throw malformed(
          "%s is %s, at most %d is taken"
              .formatted(what, Integer.toUnsignedString(value), Integer.MAX_VALUE));
    }
    return value;
  }

  private static long count(String what, long value) throws WireException {
    if (value < 0) {
      throw malformed(
          "%s is %s, at most %d is taken"
              .formatted(what, Long.toUnsignedString(value), Long.MAX_VALUE));
    }
    return value;
  }

  static WireException malformed(InvalidProtocolBufferException cause) {
    return new WireException(
        RefusalCode.MALFORMED, "not a message of the federation: " + cause.getMessage(), cause);
  }

  static WireException malformed(String found) {
    return new WireException(RefusalCode.MALFORMED, "not a message of the federation: " + found);
  }
}
