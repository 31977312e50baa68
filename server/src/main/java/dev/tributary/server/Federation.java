package dev.tributary.server;

import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.BlobSource;
import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.Rendezvous;
import dev.tributary.protocol.RoundMessage.Evaluated;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.ServerMessage;
import dev.tributary.protocol.ServerMessage.Join;
import dev.tributary.protocol.TensorCodec;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * The server of a run: waits for all clients, then runs round after round. Each round trains
 * ({@link Round}), averages, evaluates ({@link EvaluationRound}), writes a checkpoint and tells the
 * listener; only then does the next begin, so at any moment the newest checkpoint is enough to go
 * on from.
 */
public final class Federation extends AbstractBehavior<Federation.Command> {

  /** What the server understands; hosts speak to it through an adapter. */
  public sealed interface Command extends NoSerializationVerificationNeeded {}

  private record FromHost(ServerMessage message) implements Command {}

  private record HostLost(String host) implements Command {}

  private record Encoded(BlobRef weights) implements Command {}

  private record Trained(RoundOutcome outcome) implements Command {}

  private record Averaged(GlobalState state, BlobRef weights) implements Command {}

  private record EvaluationEnded(EvaluationRound.Outcome outcome) implements Command {}

  private record Saved() implements Command {}

  private record Broken(RunEvent.Reason kind, Throwable cause) implements Command {}

  /**
   * What a run is.
   *
   * @param options rounds, cohort, quorum, deadline
   * @param algorithm the method
   * @param seeds the run's root
   * @param clients the ids that must join before the first round
   * @param start where to go on from; round 0 for a new run
   * @param scenario SHA-256 of the resolved scenario
   * @param engine what can change bits
   * @param checkpoints where the state is kept
   * @param listener hears of everything
   * @param work the server's thread for arithmetic and files
   */
  public record Setup(
      ServerOptions options,
      FederatedAlgorithm algorithm,
      Seeds seeds,
      SortedSet<String> clients,
      GlobalState start,
      String scenario,
      Map<String, String> engine,
      Checkpoints checkpoints,
      RunListener listener,
      ServerWork work) {}

  private static final long MAX_HEADER_BYTES = 1100;

  private final Setup setup;
  private final ActorRef<BlobSource.Command> blobs;
  private final TreeMap<String, ClientFacts> facts = new TreeMap<>();
  private final Map<String, ActorRef<HostMessage>> hosts = new HashMap<>();
  private final Map<String, String> hostOf = new HashMap<>();
  private final CohortSampler sampler;
  private GlobalState state;
  private boolean started;
  private List<String> cohort = List.of();
  private RoundNotes notes = new RoundNotes();
  private @Nullable ActorRef<Round.Command> training;
  private @Nullable ActorRef<EvaluationRound.Command> evaluation;

  /** A server that registers with the receptionist and stops after the run. */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(context -> new Federation(context, setup));
  }

  private Federation(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.state = setup.start();
    int size = setup.options().clientsPerRound();
    this.sampler = new CohortSampler(setup.seeds(), size == 0 ? Integer.MAX_VALUE : size);
    this.blobs = context.spawn(BlobSource.create(), "weights");
    context
        .getSystem()
        .receptionist()
        .tell(
            Receptionist.register(
                Rendezvous.SERVER, context.messageAdapter(ServerMessage.class, FromHost::new)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::on)
        .onSignal(ChildFailed.class, failed -> abort(RunEvent.Reason.INTERNAL, failed.cause()))
        .onSignal(Terminated.class, _ -> this)
        .build();
  }

  private Behavior<Command> on(Command command) {
    return switch (command) {
      case FromHost(Join join) -> onJoin(join);
      case HostLost(String host) -> onHostLost(host);
      case Encoded(BlobRef weights) -> train(weights);
      case Trained(RoundOutcome outcome) -> onTrained(outcome);
      case Averaged(GlobalState next, BlobRef weights) -> onAveraged(next, weights);
      case EvaluationEnded(EvaluationRound.Outcome outcome) -> onEvaluated(outcome);
      case Saved _ -> next();
      case Broken(RunEvent.Reason kind, Throwable cause) -> abort(kind, cause);
    };
  }

  // Clients come and go.

  private Behavior<Command> onJoin(Join join) {
    RefusalCode code = null;
    String reason = "";
    if (!join.scenario().equals(setup.scenario())) {
      code = RefusalCode.WRONG_SCENARIO;
      reason = "host " + join.host() + " runs another scenario; start it with the server's file";
    } else if (!join.engine().equals(setup.engine())) {
      code = RefusalCode.WRONG_ENGINE;
      reason =
          "host %s could give other bits than the server (was: server, is: host): %s"
              .formatted(join.host(), Checkpoints.differences(setup.engine(), join.engine()));
    }
    Set<String> ids = new HashSet<>();
    for (ClientFacts client : join.clients()) {
      if (code == null && (!setup.clients().contains(client.id()) || !ids.add(client.id()))) {
        code = RefusalCode.UNKNOWN_CLIENT;
        reason =
            "the federation has no (other) client " + client.id() + "; it has " + setup.clients();
      }
      String owner = hostOf.get(client.id());
      if (code == null && owner != null && !owner.equals(join.host()) && hosts.containsKey(owner)) {
        code = RefusalCode.DUPLICATE;
        reason = "client " + client.id() + " lives on host " + owner + " already";
      }
    }
    if (code != null) {
      getContext().getLog().warn("refused a host: {}", reason);
      join.replyTo().tell(new HostMessage.JoinRefused(code, reason));
      return this;
    }
    if (!join.replyTo().equals(hosts.put(join.host(), join.replyTo()))) {
      getContext().watchWith(join.replyTo(), new HostLost(join.host()));
    }
    for (ClientFacts client : join.clients()) {
      facts.put(client.id(), client);
      hostOf.put(client.id(), join.host());
    }
    join.replyTo().tell(new HostMessage.Joined(join.host()));
    getContext().getLog().info("host {} joined with {} clients", join.host(), ids.size());
    if (!started && facts.keySet().containsAll(setup.clients())) {
      started = true;
      return begin();
    }
    for (String client : ids) {
      if (training != null) {
        training.tell(new Round.HostBack(client, join.replyTo()));
      }
      if (evaluation != null) {
        evaluation.tell(new EvaluationRound.HostBack(client, join.replyTo()));
      }
    }
    return this;
  }

  private Behavior<Command> onHostLost(String host) {
    hosts.remove(host);
    getContext()
        .getLog()
        .warn("host {} is gone; its clients are waited for until the round's deadline", host);
    return this;
  }

  private @Nullable ActorRef<HostMessage> hostOf(String client) {
    return hosts.get(hostOf.getOrDefault(client, ""));
  }

  // Round by round.

  private Behavior<Command> begin() {
    TreeMap<String, String> domains = new TreeMap<>();
    facts.forEach((id, client) -> domains.put(id, client.domain()));
    tellListener(new RunEvent.Started(domains, state.round() + 1));
    return next();
  }

  private Behavior<Command> next() {
    if (state.round() >= setup.options().rounds()) {
      return finish();
    }
    notes = new RoundNotes();
    cohort = sampler.cohort(state.round() + 1, List.copyOf(setup.clients()));
    pipe(
        setup.work().run(() -> publish("start-of-" + (state.round() + 1), state.weights())),
        Encoded::new);
    return this;
  }

  private Behavior<Command> train(BlobRef weights) {
    double total = cohort.stream().mapToDouble(this::weight).sum();
    Map<String, Round.Member> members = new LinkedHashMap<>();
    for (String client : cohort) {
      ClientFacts fact = facts.get(client);
      if (fact == null) {
        throw new IllegalStateException(client + " has not joined");
      }
      members.put(
          client,
          new Round.Member(fact, weight(client) / total, state.localState(client), hostOf(client)));
    }
    Round.Plan plan =
        new Round.Plan(
            state.round() + 1,
            members,
            weights,
            state.weights().layout(),
            payloadBytes(),
            payloadBytes() + MAX_HEADER_BYTES,
            setup.options().quorum(),
            setup.options().minAccepted(),
            setup.options().deadline());
    notes.encoded();
    ActorRef<RoundOutcome> reply = getContext().messageAdapter(RoundOutcome.class, Trained::new);
    training =
        getContext().spawn(Round.create(plan, setup.work(), reply), "round-" + plan.number());
    getContext().watch(training);
    return this;
  }

  private double weight(String client) {
    ClientFacts fact = facts.get(client);
    return fact == null ? 0 : setup.algorithm().weight(fact.trainExamples());
  }

  private Behavior<Command> onTrained(RoundOutcome outcome) {
    training = null;
    notes.trainEnds(outcome);
    blobs.tell(new BlobSource.Forget("start-of-" + (state.round() + 1)));
    return switch (outcome) {
      case RoundOutcome.Complete complete -> average(complete.meanDelta(), complete.updates());
      case RoundOutcome.Partial partial -> average(partial.meanDelta(), partial.updates());
      case RoundOutcome.Failed failed ->
          abort(
              RunEvent.Reason.ROUND_FAILED,
              new IllegalStateException(
                  "round %d failed: %d clients answered, %d must; %d updates were taken, %d must be%s%s"
                      .formatted(
                          state.round() + 1,
                          failed.answered(),
                          failed.quorum(),
                          failed.taken(),
                          failed.needed(),
                          failed.missing().isEmpty() ? "" : "; no answer from " + failed.missing(),
                          failed.refusals().isEmpty()
                              ? ""
                              : "; refused: "
                                  + failed.refusals().stream()
                                      .map(
                                          r ->
                                              r.client()
                                                  + " "
                                                  + r.code()
                                                  + " ("
                                                  + r.message()
                                                  + ")")
                                      .toList())));
    };
  }

  private Behavior<Command> average(ParameterVector meanDelta, List<Updated> updates) {
    GlobalState before = state;
    TreeMap<String, String> locals = new TreeMap<>(before.localStates());
    for (Updated update : updates) {
      if (!update.localState().isEmpty()) {
        locals.put(update.client(), update.localState());
      }
    }
    pipe(
        setup
            .work()
            .run(
                () -> {
                  ParameterVector weights =
                      setup.algorithm().aggregate(before.weights(), meanDelta);
                  GlobalState next = new GlobalState(before.round() + 1, weights, locals);
                  return new Averaged(next, publish("end-of-" + next.round(), weights));
                }),
        averaged -> averaged);
    return this;
  }

  private Behavior<Command> onAveraged(GlobalState next, BlobRef weights) {
    state = next;
    notes.averaged();
    if (!setup.options().evaluatesAfter(state.round())) {
      return save();
    }
    Map<String, EvaluationRound.Member> members = new TreeMap<>();
    for (String client : setup.clients()) {
      members.put(client, new EvaluationRound.Member(state.localState(client), hostOf(client)));
    }
    EvaluationRound.Plan plan =
        new EvaluationRound.Plan(
            state.round(), members, weights, setup.options().splits(), setup.options().deadline());
    ActorRef<EvaluationRound.Outcome> reply =
        getContext().messageAdapter(EvaluationRound.Outcome.class, EvaluationEnded::new);
    evaluation =
        getContext().spawn(EvaluationRound.create(plan, reply), "evaluation-" + state.round());
    getContext().watch(evaluation);
    return this;
  }

  private Behavior<Command> onEvaluated(EvaluationRound.Outcome outcome) {
    evaluation = null;
    return switch (outcome) {
      case EvaluationRound.Done(var results) -> {
        for (Evaluated result : results.values()) {
          notes.evaluated(result);
        }
        yield save();
      }
      case EvaluationRound.Failed(String message) ->
          abort(RunEvent.Reason.EVALUATION_FAILED, new IllegalStateException(message));
    };
  }

  private Behavior<Command> save() {
    GlobalState saved = state;
    RoundNotes done = notes;
    List<String> asked = cohort;
    blobs.tell(new BlobSource.Forget("end-of-" + saved.round()));
    done.evaluationEnds();
    pipe(
        setup
            .work()
            .run(
                () -> {
                  setup.checkpoints().save(saved);
                  done.saved();
                  setup.listener().on(done.event(saved, asked));
                  return new Saved();
                }),
        ended -> ended);
    return this;
  }

  private Behavior<Command> finish() {
    tellListener(new RunEvent.Completed(state));
    farewell(true, "the run is complete");
    return Behaviors.stopped();
  }

  private Behavior<Command> abort(RunEvent.Reason kind, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    getContext().getLog().error("the run ends early: {}", message, cause);
    tellListener(new RunEvent.Aborted(kind, message));
    farewell(false, message);
    return Behaviors.stopped();
  }

  private void farewell(boolean complete, String message) {
    Set<ActorRef<HostMessage>> all = new HashSet<>(hosts.values());
    all.forEach(host -> host.tell(new HostMessage.Finished(complete, message)));
  }

  // Help from the work thread.

  private long payloadBytes() {
    return TensorCodec.payloadBytes(state.weights().layout(), setup.options().encoding());
  }

  private BlobRef publish(String id, ParameterVector weights) {
    var bytes = TensorCodec.encode(weights, setup.options().encoding());
    blobs.tell(new BlobSource.Put(id, bytes));
    return new BlobRef(id, bytes.size(), blobs.narrow());
  }

  private void tellListener(RunEvent event) {
    pipe(
        setup
            .work()
            .run(
                () -> {
                  setup.listener().on(event);
                  return event;
                }),
        null);
  }

  private <T> void pipe(
      CompletionStage<T> stage, java.util.function.@Nullable Function<T, Command> then) {
    ActorRef<Command> self = getContext().getSelf();
    stage.whenComplete(
        (value, thrown) -> {
          if (thrown != null) {
            Throwable cause = ServerWork.cause(thrown);
            boolean disk = cause instanceof IOException;
            self.tell(new Broken(disk ? RunEvent.Reason.DISK : RunEvent.Reason.INTERNAL, cause));
          } else if (then != null) {
            self.tell(then.apply(value));
          }
        });
  }
}
