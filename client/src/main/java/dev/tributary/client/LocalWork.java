package dev.tributary.client;

import com.google.protobuf.ByteString;
import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.LocalTraining;
import dev.tributary.algorithms.continual.ContinualRound;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterSubset;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.Trainer;
import dev.tributary.engine.training.TrainingResult;
import dev.tributary.protocol.HostMessage.Evaluate;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.WireException;
import dev.tributary.protocol.WireOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client does when it is its turn, on a worker's thread: merge what was sent with what it
 * keeps, train or evaluate, keep its own part, encode the delta.
 *
 * <p>Everything is a function of the scenario, the round, the weights sent and the state kept, so
 * doing it again after a crash gives the same bits.
 */
public final class LocalWork {
  private final FederatedAlgorithm algorithm;
  private final ParameterVector initial;
  private final ParameterSubset shared;
  private final ParameterSubset local;
  private final ParameterSubset ownModel;
  private final ParameterSubset ownMemory;
  private final ParameterSubset ownResidual;
  private final LocalStates states;
  private final Uplink uplink;
  private final Seeds seeds;
  private final @Nullable StreamWork streams;
  private final @Nullable PlasticityWork plasticity;

  /** What was decoded last: all clients of a round start from the same bytes. */
  private volatile @Nullable Decoded last;

  private record Decoded(ByteString bytes, ParameterVector vector) {}

  /**
   * @param algorithm the method; its shared roles say what travels
   * @param initial the whole model before the first round
   * @param states where the unshared tensors are kept, and what codes leave out
   * @param wire how tensors travel
   * @param seeds the run's root
   */
  public LocalWork(
      FederatedAlgorithm algorithm,
      ParameterVector initial,
      LocalStates states,
      WireOptions wire,
      Seeds seeds) {
    this(algorithm, initial, states, wire, seeds, null, null);
  }

  /**
   * @param algorithm the method; its shared roles say what travels
   * @param initial the whole model before the first round
   * @param states where the unshared tensors are kept, what a continual method remembers and what
   *     codes leave out
   * @param wire how tensors travel
   * @param seeds the run's root
   * @param streams how clients with streams learn; null where data do not change
   * @param plasticity how clients keep their ability to learn; null where nothing is done for it
   */
  public LocalWork(
      FederatedAlgorithm algorithm,
      ParameterVector initial,
      LocalStates states,
      WireOptions wire,
      Seeds seeds,
      @Nullable StreamWork streams,
      @Nullable PlasticityWork plasticity) {
    this.algorithm = algorithm;
    this.initial = initial;
    this.shared = initial.layout().select(algorithm.sharedRoles());
    this.local = localPart(algorithm, initial);
    this.states = states;
    this.uplink = new Uplink(shared.layout(), wire);
    this.seeds = seeds;
    this.streams = streams;
    this.plasticity = plasticity;
    ParameterLayout kept = kept(initial, algorithm, wire, streams);
    this.ownMemory = kept.select(Set.of(Role.MEMORY));
    this.ownModel = kept.select(Role.ofModels());
    this.ownResidual = kept.select(Set.of(Role.RESIDUAL));
    if (!states.layout().equals(kept)) {
      throw new IllegalArgumentException(
          "clients keep " + kept + ", but their states are of " + states.layout());
    }
  }

  /**
   * The layout of all that a client keeps: its part of the model, its method's memory, and what the
   * codes of its deltas leave out.
   */
  public static ParameterLayout kept(
      ParameterVector initial,
      FederatedAlgorithm algorithm,
      WireOptions wire,
      @Nullable StreamWork streams) {
    ParameterLayout.Builder kept = ParameterLayout.builder();
    List<ParameterSpec> specs = new ArrayList<>(localPart(algorithm, initial).layout().specs());
    if (streams != null) {
      specs.addAll(streams.memory().specs());
    }
    ParameterLayout shared = initial.layout().select(algorithm.sharedRoles()).layout();
    specs.addAll(Uplink.residual(shared, wire).specs());
    specs.forEach(s -> kept.add(s.name(), s.role(), s.shape()));
    return kept.build();
  }

  /** The part of a model that stays with each client, for this algorithm. */
  public static ParameterSubset localPart(FederatedAlgorithm algorithm, ParameterVector initial) {
    EnumSet<Role> kept = EnumSet.copyOf(Role.ofModels());
    kept.removeAll(algorithm.sharedRoles());
    return initial.layout().select(kept);
  }

  /** A training's outcome, ready to be sent. */
  public record Trained(
      TrainingResult result,
      double deltaNorm,
      double seconds,
      String localState,
      ByteString delta) {}

  /** An evaluation's outcome. */
  public record Evaluated(Map<String, Evaluation> results, double seconds) {}

  /** Trains; the new state is on disk when this returns. */
  public Trained train(Train order, ByteString weights, ClientData client, Trainer trainer)
      throws IOException, LocalRefusal {
    long begin = System.nanoTime();
    ParameterVector sent = decode(weights);
    Kept before = kept(order.client(), order.localState());
    ParameterVector start = merge(before, sent);
    Learning learning = new Learning(order, client, trainer, before.memory());
    TrainingResult result = algorithm.train(new ClientRound(order.round(), start, learning));
    ParameterVector delta = shared.gather(result.weights()).minus(sent);
    ParameterVector own = local.gather(result.weights());
    requireFinite(own);
    double norm = delta.norm();
    Uplink.Sent up = uplink.send(delta, norm, before.residual(), seeds(order).child("delta"));
    String kept =
        states.layout().size() == 0
            ? ""
            : states.save(
                order.client(),
                order.round(),
                order.localState(),
                state(own, learning.memory, up.residual()));
    return new Trained(result, norm, (System.nanoTime() - begin) / 1e9, kept, up.blob());
  }

  private ParameterVector state(
      ParameterVector model, ParameterVector memory, ParameterVector residual) {
    ParameterVector state = ownModel.scatter(model, ParameterVector.zeros(states.layout()));
    return ownResidual.scatter(residual, ownMemory.scatter(memory, state));
  }

  /** The node of what a client draws in a round. */
  private Seeds seeds(Train order) {
    return seeds.child("round", order.round()).child("client " + order.client());
  }

  /** What travels the server looks at; nobody else looks at what stays here. */
  private static void requireFinite(ParameterVector own) throws LocalRefusal {
    int bad = own.firstNonFinite();
    if (bad < 0) {
      return;
    }
    ParameterSpec spec = own.layout().specs().stream().filter(s -> bad < s.end()).findFirst().get();
    throw new LocalRefusal(
        RefusalCode.NOT_FINITE,
        "element %d of %s, which stays at this client, is %s after training, and all elements must be finite"
            .formatted(bad - spec.offset(), spec.name(), own.get(bad)));
  }

  /** The training that the algorithm's client half calls, and what the method remembers of it. */
  private final class Learning implements LocalTraining {
    private final Train order;
    private final ClientData client;
    private final Trainer trainer;
    private ParameterVector memory;

    Learning(Train order, ClientData client, Trainer trainer, ParameterVector memory) {
      this.order = order;
      this.client = client;
      this.trainer = trainer;
      this.memory = memory;
    }

    @Override
    public TrainingResult run(ParameterVector from, StepHook hook) {
      Seeds round = seeds(order);
      return plasticity == null
          ? train(from, hook, round)
          : plasticity.run(
              from, hook, client, streams, order.round(), round, (f, h) -> train(f, h, round));
    }

    private TrainingResult train(ParameterVector from, StepHook hook, Seeds round) {
      if (streams == null || client.stream().isEmpty()) {
        return trainer.train(from, client.train(), round, hook);
      }
      ContinualRound.Outcome outcome =
          streams
              .round(client.stream().get(), order.round())
              .train(trainer, from, hook, memory, seeds.child("client " + order.client()), round);
      memory = outcome.memory();
      TrainingResult result = outcome.result();
      // A client counts in the mean by all that it has, whatever it met in this round.
      return new TrainingResult(
          result.weights(),
          client.train().size(),
          result.samples(),
          result.steps(),
          result.meanLoss());
    }
  }

  /** Evaluates the sent weights, merged with what the client keeps, on the splits asked for. */
  public Evaluated evaluate(Evaluate order, ByteString weights, ClientData client, Trainer trainer)
      throws LocalRefusal {
    long begin = System.nanoTime();
    ParameterVector model = merge(kept(order.client(), order.localState()), decode(weights));
    TreeMap<String, Evaluation> results = new TreeMap<>();
    for (String split : order.splits()) {
      Examples examples = client.evaluation().get(split);
      results.put(
          split,
          examples == null || examples.size() == 0
              ? Evaluation.NONE
              : trainer.evaluate(model, examples, within(client, split)));
    }
    return new Evaluated(results, (System.nanoTime() - begin) / 1e9);
  }

  /** The classes of the task that a split is of; none where it is of no task. */
  private static int[] within(ClientData client, String split) {
    return TaskSplit.of(split)
        .flatMap(task -> client.stream().map(stream -> stream.classes(task.task())))
        .orElse(new int[0]);
  }

  private ParameterVector decode(ByteString weights) throws LocalRefusal {
    Decoded known = last;
    if (known != null && isSame(known.bytes(), weights)) {
      return known.vector();
    }
    try {
      ParameterVector vector = TensorCodec.decode(weights, shared.layout(), weights.size());
      last = new Decoded(weights, vector);
      return vector;
    } catch (WireException e) {
      throw new LocalRefusal(e.code(), "the weights sent are not usable: " + e.getMessage());
    }
  }

  /** By identity: to compare their bytes would cost as much as to decode them. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(ByteString one, ByteString other) {
    return one == other;
  }

  /** What a client keeps: its part of the model, its method's memory, what codes left out. */
  private record Kept(
      @Nullable ParameterVector model, ParameterVector memory, ParameterVector residual) {}

  private ParameterVector merge(Kept kept, ParameterVector sent) {
    ParameterVector base = kept.model() == null ? initial : local.scatter(kept.model(), initial);
    return shared.scatter(sent, base);
  }

  private Kept kept(String client, String hash) throws LocalRefusal {
    if (hash.isEmpty()) {
      return new Kept(
          null,
          ParameterVector.zeros(ownMemory.layout()),
          ParameterVector.zeros(ownResidual.layout()));
    }
    String found;
    try {
      Optional<ParameterVector> kept = states.load(client, hash);
      if (kept.isPresent()) {
        return new Kept(
            ownModel.gather(kept.get()),
            ownMemory.gather(kept.get()),
            ownResidual.gather(kept.get()));
      }
      found = "is not in this client's folder";
    } catch (IOException e) {
      found = "cannot be read: " + e.getMessage();
    }
    throw new LocalRefusal(
        RefusalCode.LOCAL_STATE_MISSING,
        "the state %.12s that the server's record names %s; start the client with the folder it had before"
            .formatted(hash, found));
  }

  /** Something a client cannot do, for a reason that the server should record. */
  public static final class LocalRefusal extends Exception {
    private static final long serialVersionUID = 1;
    private final RefusalCode code;

    LocalRefusal(RefusalCode code, String message) {
      super(message);
      this.code = code;
    }

    /** The reason's code. */
    public RefusalCode code() {
      return code;
    }
  }
}
