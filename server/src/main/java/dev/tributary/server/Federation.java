package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.BlobSource;
import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.Rendezvous;
import dev.tributary.protocol.RoundMessage.Evaluated;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.ServerMessage;
import dev.tributary.protocol.ServerMessage.Join;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.WireOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.slf4j.Logger;

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

  private record HostLost(ActorRef<HostMessage> host) implements Command {}

  private record Encoded(BlobRef weights) implements Command {}

  private record Answered(int count, int asked) implements Command {}

  private record Trained(RoundOutcome outcome) implements Command {}

  private record Averaged(GlobalState state, BlobRef weights) implements Command {}

  private record EvaluationEnded(EvaluationRound.Outcome outcome) implements Command {}

  private record Saved(double seconds) implements Command {}

  private record Told() implements Command {}

  private record Broken(RunEvent.Reason kind, Throwable cause) implements Command {}

  private static final long MAX_HEADER_BYTES = 1100;

  private final FederationSetup setup;
  private final ActorRef<BlobSource.Command> blobs;
  private final Roster roster;
  private final CohortSampler sampler;
  private final MeanAccumulator mean;
  private final RoundKeeper keeper;
  private GlobalState state;
  private boolean started;
  private List<String> cohort = List.of();
  private @Nullable BlobRef published;
  private double checkpointSeconds;
  private RoundNotes notes = new RoundNotes(0);
  private @Nullable ActorRef<Round.Command> training;
  private @Nullable ActorRef<EvaluationRound.Command> evaluation;

  /** A server that registers with the receptionist and stops after the run. */
  public static Behavior<Command> create(FederationSetup setup) {
    return Behaviors.setup(context -> new Federation(context, setup));
  }

  private Federation(ActorContext<Command> context, FederationSetup setup) {
    super(context);
    this.setup = setup;
    this.state = setup.start();
    this.roster = new Roster(setup.clients(), setup.scenario(), setup.engine());
    int size = setup.options().clientsPerRound();
    this.sampler = new CohortSampler(setup.seeds(), size == 0 ? Integer.MAX_VALUE : size);
    this.mean = new MeanAccumulator(state.weights().layout());
    this.keeper = new RoundKeeper(setup.options(), setup.checkpoints(), setup.listener());
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
        .onMessage(Command.class, this::guarded)
        .onSignal(ChildFailed.class, failed -> abort(RunEvent.Reason.INTERNAL, failed.cause()))
        .onSignal(Terminated.class, _ -> this)
        .build();
  }

  /** A fault of ours ends the run with an event that says so, rather than in silence. */
  private Behavior<Command> guarded(Command command) {
    try {
      return on(command);
    } catch (RuntimeException e) {
      return abort(RunEvent.Reason.INTERNAL, e);
    }
  }

  private Behavior<Command> on(Command command) {
    return switch (command) {
      case FromHost(Join join) -> onJoin(join);
      case HostLost(ActorRef<HostMessage> host) -> onHostLost(host);
      case Encoded(BlobRef weights) -> {
        published = weights;
        yield next();
      }
      case Answered(int count, int asked) -> {
        pipe(tell(new RunEvent.Progress(state.round() + 1, count, asked)), null);
        yield this;
      }
      case Trained(RoundOutcome outcome) -> onTrained(outcome);
      case Averaged(GlobalState next, BlobRef weights) -> onAveraged(next, weights);
      case EvaluationEnded(EvaluationRound.Outcome outcome) -> onEvaluated(outcome);
      case Saved(double seconds) -> {
        checkpointSeconds = seconds;
        yield next();
      }
      case Told _ -> farewell(true, "the run is complete");
      case Broken(RunEvent.Reason kind, Throwable cause) -> abort(kind, cause);
    };
  }

  // Clients come and go.

  private Behavior<Command> onJoin(Join join) {
    HostMessage.JoinRefused refusal = roster.refusal(join);
    if (refusal != null) {
      getContext().getLog().warn("refused a host: {}", refusal.message());
      join.replyTo().tell(refusal);
      return this;
    }
    roster.take(join);
    getContext().watchWith(join.replyTo(), new HostLost(join.replyTo()));
    join.replyTo().tell(new HostMessage.Joined(join.host()));
    getContext()
        .getLog()
        .info("host {} joined with {} clients", join.host(), join.clients().size());
    if (!started && roster.isComplete()) {
      started = true;
      return begin();
    }
    for (ClientFacts client : join.clients()) {
      if (training != null) {
        training.tell(new Round.HostBack(client.id(), join.replyTo()));
      }
      if (evaluation != null) {
        evaluation.tell(new EvaluationRound.HostBack(client.id(), join.replyTo()));
      }
    }
    return this;
  }

  private Behavior<Command> onHostLost(ActorRef<HostMessage> host) {
    roster.lose(host);
    getContext()
        .getLog()
        .warn("{} is gone; its clients are waited for until the round's deadline", host.path());
    return this;
  }

  // Round by round.

  private Behavior<Command> begin() {
    pipe(tell(new RunEvent.Started(roster.domains(), state.round() + 1)), null);
    GlobalState start = state;
    pipe(setup.work().run(() -> publish(start.round(), start.weights())), Encoded::new);
    return this;
  }

  private Behavior<Command> next() {
    if (state.round() >= setup.options().rounds()) {
      return finish();
    }
    notes = new RoundNotes(checkpointSeconds);
    cohort = sampler.cohort(state.round() + 1, List.copyOf(setup.clients()));
    return train();
  }

  private Behavior<Command> train() {
    BlobRef weights = published;
    if (weights == null) {
      throw new IllegalStateException("the weights of round " + state.round() + " are not out");
    }
    double total = cohort.stream().mapToDouble(this::weight).sum();
    Map<String, RoundPlan.Member> members = new LinkedHashMap<>();
    for (String client : cohort) {
      members.put(
          client,
          new RoundPlan.Member(
              roster.facts(client),
              weight(client) / total,
              state.localState(client),
              roster.hostOf(client)));
    }
    ActorRef<Command> self = getContext().getSelf();
    int asked = members.size();
    RoundPlan plan =
        new RoundPlan(
            state.round() + 1,
            members,
            weights,
            state.weights().layout(),
            wire(),
            deltaBytes() + MAX_HEADER_BYTES,
            setup.options().quorum(),
            setup.options().minAccepted(),
            setup.options().deadline(),
            count -> self.tell(new Answered(count, asked)));
    ActorRef<RoundOutcome> reply = getContext().messageAdapter(RoundOutcome.class, Trained::new);
    training =
        getContext().spawn(Round.create(plan, mean, setup.work(), reply), "round-" + plan.number());
    getContext().watch(training);
    return this;
  }

  private double weight(String client) {
    return setup.algorithm().weight(roster.facts(client).trainExamples());
  }

  private Behavior<Command> onTrained(RoundOutcome outcome) {
    training = null;
    notes.trainEnds(outcome);
    return switch (outcome) {
      case RoundOutcome.Complete complete -> average(complete.meanDelta(), complete.updates());
      case RoundOutcome.Partial partial -> average(partial.meanDelta(), partial.updates());
      case RoundOutcome.Failed failed ->
          abort(
              failed.answered() < failed.quorum()
                  ? RunEvent.Reason.ROUND_FAILED
                  : RunEvent.Reason.UPDATES_REFUSED,
              new IllegalStateException(
                  "round %d failed: %s".formatted(state.round() + 1, failed.reason())));
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
                  return new Averaged(next, publish(next.round(), weights));
                }),
        averaged -> averaged);
    return this;
  }

  private Behavior<Command> onAveraged(GlobalState next, BlobRef weights) {
    state = next;
    if (published != null) {
      blobs.tell(new BlobSource.Forget(published.id()));
    }
    published = weights;
    notes.averaged();
    if (!setup.options().evaluatesAfter(state.round())) {
      return save();
    }
    Map<String, EvaluationRound.Member> members = new TreeMap<>();
    for (String client : setup.clients()) {
      members.put(
          client, new EvaluationRound.Member(state.localState(client), roster.hostOf(client)));
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
    done.evaluationEnds();
    pipe(setup.work().run(() -> keeper.keep(saved, done, asked)), Saved::new);
    return this;
  }

  /** The run is complete when its listener has heard so, and not if that fails. */
  private Behavior<Command> finish() {
    pipe(tell(new RunEvent.Completed(state)), told -> told);
    return this;
  }

  private Behavior<Command> abort(RunEvent.Reason kind, Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    Logger log = getContext().getLog();
    // The listener tells the user; this is for whoever asks for the log.
    log.info("the run ends early: {}", message, cause);
    tell(new RunEvent.Aborted(kind, message))
        .whenComplete(
            (_, thrown) -> {
              if (thrown != null) {
                log.error("the listener could not be told of it", ServerWork.cause(thrown));
              }
            });
    return farewell(false, message);
  }

  private Behavior<Command> farewell(boolean complete, String message) {
    roster.hosts().forEach(host -> host.tell(new HostMessage.Finished(complete, message)));
    return Behaviors.stopped();
  }

  // Help from the work thread.

  private WireOptions wire() {
    return setup.options().wire();
  }

  private long deltaBytes() {
    return TensorCodec.payloadBytes(state.weights().layout(), wire().deltas());
  }

  /** Weights are encoded once, to be evaluated after their round and trained from in the next. */
  private BlobRef publish(int round, ParameterVector weights) {
    String id = "weights-after-" + round;
    var bytes = TensorCodec.encode(weights, wire().weights());
    blobs.tell(new BlobSource.Put(id, bytes));
    return new BlobRef(id, bytes.size(), blobs.narrow());
  }

  private CompletionStage<Told> tell(RunEvent event) {
    return setup
        .work()
        .run(
            () -> {
              setup.listener().on(event);
              return new Told();
            });
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
