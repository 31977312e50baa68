package dev.tributary.scenarios.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.plasticity.AfterAggregate;
import dev.tributary.client.Host;
import dev.tributary.client.LocalStates;
import dev.tributary.client.LocalWork;
import dev.tributary.client.PlasticityWork;
import dev.tributary.client.StreamWork;
import dev.tributary.client.TaskSplit;
import dev.tributary.client.TrainingPool;
import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.corruption.Corruptions;
import dev.tributary.engine.hash.Sha256;
import dev.tributary.engine.integer.Tiers;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSubset;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.scenarios.testtime.TestTime;
import dev.tributary.server.Checkpoints;
import dev.tributary.server.FederationSetup;
import dev.tributary.server.GlobalState;
import dev.tributary.server.RunListener;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.ServerWork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A scenario with its data, model and initial weights: what both sides of a run are built from.
 * Building it twice, on two machines, gives the same.
 */
public final class Experiment {
  private final Scenario scenario;
  private final FederatedData data;
  private final Model model;
  private final ParameterVector initial;
  private final ParameterSubset shared;
  private final ParameterSubset local;
  private final Map<String, String> fingerprint;
  private final ServerOptions server;
  private final @Nullable StreamWork streams;

  private final ParameterLayout kept;
  private final TestTime testTime;

  /** Domains that are trained on, and those that are held out. */
  private record Held(List<Domain> trained, List<Domain> unseen) {

    /** Of all pixels and labels, so that nobody goes on with, or joins with, other images. */
    String fingerprint() {
      Sha256 sha = new Sha256();
      for (List<Domain> domains : List.of(trained, unseen)) {
        for (Domain domain : domains) {
          for (ImageSet part : List.of(domain.train(), domain.validation(), domain.test())) {
            sha.add(ByteBuffer.wrap((domain.id() + part.sha256()).getBytes(UTF_8)));
          }
        }
      }
      return sha.hex().substring(0, 16);
    }
  }

  private Experiment(
      Scenario scenario,
      FederatedData data,
      Held held,
      Optional<Corruptions> corruptions,
      Optional<Duration> deadline) {
    this.scenario = scenario;
    this.data = data;
    FederatedAlgorithm algorithm = scenario.algorithm();
    int tasks = StreamedData.tasks(data.clients());
    this.model = Combinations.model(scenario, data, tasks);
    Combinations.requireRoom(scenario, data);
    if (tasks > 0) {
      Combinations.requireWholeCohorts(scenario, data.clients().size());
    }
    this.initial = model.initial(scenario.seeds().child("model"));
    this.shared = model.layout().select(algorithm.sharedRoles());
    this.local = LocalWork.localPart(algorithm, initial);
    Map<String, String> facts = new TreeMap<>(scenario.engine().fingerprint());
    facts.put("data", held.fingerprint());
    corruptions.ifPresent(c -> facts.put("frost", c.notes().isEmpty() ? "photographs" : "drawn"));
    facts.put("precision", scenario.precision().describe());
    Engine engine = scenario.engine();
    facts.put("integer", Tiers.create(engine.integer(), engine.kernels()).tier());
    this.fingerprint = Map.copyOf(facts);
    ServerOptions planned = tasks == 0 ? scenario.server() : server(scenario, tasks);
    this.server = deadline.map(planned::within).orElse(planned);
    this.streams =
        tasks == 0
            ? null
            : new StreamWork(
                scenario.continual(),
                scenario.adab2n(),
                StreamWork.memory(scenario.continual(), model.layout(), model.classes()),
                scenario.local().of(model),
                scenario.stream().once());
    this.kept = LocalWork.kept(initial, algorithm, scenario.server().wire(), streams);
    this.testTime =
        new TestTime(
            scenario.testTime(),
            held.trained(),
            held.unseen(),
            corruptions,
            model,
            scenario.engine(),
            scenario.seeds());
    Combinations.possible(() -> testTime.require(initial));
  }

  private static ServerOptions server(Scenario scenario, int tasks) {
    LinkedHashSet<String> splits = new LinkedHashSet<>();
    for (String split : scenario.server().splits()) {
      for (int task = 0; task < tasks; task++) {
        splits.add(new TaskSplit(split, task).id());
      }
    }
    return scenario.server().over(tasks * scenario.stream().roundsPerTask(), splits);
  }

  /** Loads the data and builds the model. */
  public static Experiment build(Scenario scenario, DataDirectory directory) throws IOException {
    return build(scenario, directory, Optional.empty());
  }

  /**
   * The same.
   *
   * @param deadline how long a round may take instead of what the scenario says; results stay
   */
  static Experiment build(Scenario scenario, DataDirectory directory, Optional<Duration> deadline)
      throws IOException {
    Seeds seeds = scenario.seeds();
    Held held = held(scenario.data(), scenario.data().load(directory, seeds));
    List<Domain> domains = held.trained();
    FederatedData whole = FederatedData.divide(scenario.data(), domains, seeds);
    return new Experiment(
        scenario,
        StreamedData.divide(scenario.stream(), scenario.data(), whole, domains, seeds),
        held,
        scenario.testTime().isEmpty() ? Optional.empty() : Optional.of(Corruptions.from(directory)),
        deadline);
  }

  private static Held held(DataOptions options, List<Domain> domains) {
    List<String> out = options.holdOut();
    List<String> ids = domains.stream().map(Domain::id).toList();
    for (String id : out) {
      if (!ids.contains(id) || out.size() >= ids.size()) {
        throw new SettingException(
            "data.hold-out must name some but not all of the domains %s, got %s"
                .formatted(String.join(", ", ids), String.join(", ", out)));
      }
    }
    return new Held(
        domains.stream().filter(d -> !out.contains(d.id())).toList(),
        domains.stream().filter(d -> out.contains(d.id())).toList());
  }

  /** What it was built from. */
  public Scenario scenario() {
    return scenario;
  }

  /** The clients and their data. */
  public FederatedData data() {
    return data;
  }

  /** Whether a client has a task without an evaluation while it is on. */
  boolean missesTasks() {
    return data.clients().values().stream()
        .flatMap(client -> client.stream().stream())
        .anyMatch(
            stream ->
                IntStream.rangeClosed(1, server.rounds())
                        .filter(server::evaluatesAfter)
                        .map(stream::task)
                        .distinct()
                        .count()
                    < stream.tasks());
  }

  /** Whether the model's layers weigh tasks (AdaB2N). */
  boolean weighsTasks() {
    return scenario.model().isNormalized(NormalizationKind.ADAB2N);
  }

  /** The model. */
  public Model model() {
    return model;
  }

  /** The tensors that travel. */
  public ParameterSubset shared() {
    return shared;
  }

  /** The tensors that stay with each client. */
  public ParameterSubset local() {
    return local;
  }

  /** The whole model before the first round. */
  public ParameterVector initial() {
    return initial;
  }

  /** What comes after the last round. */
  public TestTime testTime() {
    return testTime;
  }

  /** Rounds, cohort, evaluation; with streams, as long as they last. */
  public ServerOptions server() {
    return server;
  }

  /**
   * The tensors that each client keeps: its part of the model, what its method remembers, and what
   * the codes of its deltas leave out.
   */
  public ParameterLayout kept() {
    return kept;
  }

  /** What can change bits. */
  public Map<String, String> fingerprint() {
    return fingerprint;
  }

  /** The server's checkpoints in a folder. */
  public Checkpoints checkpoints(Path folder) {
    return new Checkpoints(folder, shared.layout(), scenario.sha256(), fingerprint);
  }

  /** The state before the first round. */
  public GlobalState beginning() {
    return GlobalState.initial(shared.gather(initial));
  }

  /** The server's part, from a state on. */
  public FederationSetup server(
      GlobalState start, Checkpoints checkpoints, RunListener listener, ServerWork work) {
    return new FederationSetup(
        server,
        new AfterAggregate(scenario.algorithm(), scenario.plasticity(), shared.gather(initial)),
        scenario.seeds(),
        new TreeSet<>(data.clients().keySet()),
        start,
        scenario.sha256(),
        fingerprint,
        checkpoints,
        listener,
        work);
  }

  /** The part of a process that keeps some of the clients. */
  public Host.Setup host(String name, Predicate<String> mine, Path states, TrainingPool pool) {
    TreeMap<String, dev.tributary.client.ClientData> clients = new TreeMap<>(data.clients());
    clients.keySet().removeIf(mine.negate());
    LocalWork work =
        new LocalWork(
            scenario.algorithm(),
            initial,
            new LocalStates(states, kept),
            scenario.server().wire(),
            scenario.seeds(),
            streams,
            new PlasticityWork(
                scenario.plasticity(), model, scenario.engine(), initial, scenario.local()));
    long payload = TensorCodec.payloadBytes(shared.layout(), scenario.server().wire().weights());
    return new Host.Setup(
        name, clients, scenario.sha256(), fingerprint, work, pool, payload + 4096);
  }

  /** Worker threads for this model. */
  public TrainingPool pool(int workers) {
    return new TrainingPool(
        workers,
        () ->
            new LocalTrainer(
                model,
                scenario.engine(),
                scenario.local(),
                scenario.continual().largestStep(scenario.local().batchSize())));
  }
}
