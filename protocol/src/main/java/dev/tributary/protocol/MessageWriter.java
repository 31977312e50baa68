package dev.tributary.protocol;

import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.v1.FederationProto;
import dev.tributary.protocol.v1.FederationProto.Envelope;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** Records to protobuf. The order of sets and maps is fixed, so equal messages are equal bytes. */
final class MessageWriter {
  private final Function<ActorRef<?>, String> references;

  /** References to actors are written as this function says. */
  MessageWriter(Function<ActorRef<?>, String> references) {
    this.references = references;
  }

  /** The message in its envelope. */
  Envelope write(Wire message) {
    Envelope.Builder envelope = Envelope.newBuilder().setVersion(FederationSerializer.VERSION);
    switch (message) {
      case ServerMessage m -> write(m, envelope);
      case HostMessage m -> write(m, envelope);
      case RoundMessage m -> write(m, envelope);
      case BlobCommand m -> write(m, envelope);
      case BlobCommand.BlobReply m -> write(m, envelope);
    }
    return envelope.build();
  }

  private void write(ServerMessage message, Envelope.Builder envelope) {
    switch (message) {
      case ServerMessage.Join m -> {
        FederationProto.Join.Builder join =
            envelope
                .getJoinBuilder()
                .setHost(m.host())
                .setScenario(m.scenario())
                .setReplyTo(references.apply(m.replyTo()));
        for (Map.Entry<String, String> fact : new TreeMap<>(m.engine()).entrySet()) {
          join.addEngineBuilder().setKey(fact.getKey()).setValue(fact.getValue());
        }
        for (ClientFacts facts : m.clients()) {
          join.addClientsBuilder()
              .setId(facts.id())
              .setDomain(facts.domain())
              .setTrainExamples(facts.trainExamples());
        }
      }
    }
  }

  private void write(HostMessage message, Envelope.Builder envelope) {
    switch (message) {
      case HostMessage.Joined m -> envelope.getJoinedBuilder().setHost(m.host());
      case HostMessage.JoinRefused m ->
          envelope.getJoinRefusedBuilder().setCode(code(m.code())).setMessage(m.message());
      case HostMessage.Train m ->
          envelope
              .getTrainBuilder()
              .setRound(m.round())
              .setClient(m.client())
              .setWeights(blob(m.weights()))
              .setLocalState(m.localState())
              .setReplyTo(references.apply(m.replyTo()));
      case HostMessage.Evaluate m ->
          envelope
              .getEvaluateBuilder()
              .setRound(m.round())
              .setClient(m.client())
              .setWeights(blob(m.weights()))
              .setLocalState(m.localState())
              .addAllSplits(new TreeSet<>(m.splits()))
              .setReplyTo(references.apply(m.replyTo()));
      case HostMessage.Finished m ->
          envelope.getFinishedBuilder().setComplete(m.complete()).setMessage(m.message());
    }
  }

  private void write(RoundMessage message, Envelope.Builder envelope) {
    switch (message) {
      case RoundMessage.Updated m ->
          envelope
              .getUpdatedBuilder()
              .setRound(m.round())
              .setClient(m.client())
              .setExamples(m.examples())
              .setSamples(m.samples())
              .setSteps(m.steps())
              .setMeanLoss(m.meanLoss())
              .setDeltaNorm(m.deltaNorm())
              .setSeconds(m.seconds())
              .setLocalState(m.localState())
              .setDelta(blob(m.delta()));
      case RoundMessage.Evaluated m -> {
        FederationProto.Evaluated.Builder evaluated =
            envelope
                .getEvaluatedBuilder()
                .setRound(m.round())
                .setClient(m.client())
                .setSeconds(m.seconds());
        for (Map.Entry<String, Evaluation> result : new TreeMap<>(m.results()).entrySet()) {
          Evaluation evaluation = result.getValue();
          FederationProto.SplitResult.Builder split =
              evaluated
                  .addResultsBuilder()
                  .setSplit(result.getKey())
                  .setExamples(evaluation.examples())
                  .setCorrect(evaluation.correct())
                  .setLossSum(evaluation.lossSum());
          if (evaluation.correctWithin() != evaluation.correct()) {
            split.setCorrectWithin(evaluation.correctWithin());
          }
        }
      }
      case RoundMessage.Refused m ->
          envelope
              .getRefusedBuilder()
              .setRound(m.round())
              .setClient(m.client())
              .setCode(code(m.code()))
              .setMessage(m.message());
    }
  }

  private void write(BlobCommand message, Envelope.Builder envelope) {
    switch (message) {
      case BlobCommand.Pull m ->
          envelope
              .getPullBuilder()
              .setId(m.id())
              .setOffset(m.offset())
              .setLength(m.length())
              .setReplyTo(references.apply(m.replyTo()));
      case BlobCommand.Release m -> envelope.getReleaseBuilder().setId(m.id());
    }
  }

  private static void write(BlobCommand.BlobReply message, Envelope.Builder envelope) {
    switch (message) {
      case BlobCommand.Chunk m ->
          envelope.getChunkBuilder().setId(m.id()).setOffset(m.offset()).setData(m.bytes());
      case BlobCommand.Gone m -> envelope.getGoneBuilder().setId(m.id());
    }
  }

  private FederationProto.BlobRef blob(BlobRef ref) {
    return FederationProto.BlobRef.newBuilder()
        .setId(ref.id())
        .setSize(ref.size())
        .setSource(references.apply(ref.source()))
        .build();
  }

  private static FederationProto.RefusalCode code(RefusalCode code) {
    return FederationProto.RefusalCode.forNumber(code.number());
  }
}
