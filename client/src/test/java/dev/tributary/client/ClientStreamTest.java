package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.algorithms.continual.AdaB2N;
import dev.tributary.algorithms.continual.ContinualRound;
import dev.tributary.algorithms.continual.Joint;
import dev.tributary.algorithms.continual.Naive;
import dev.tributary.algorithms.plasticity.NoMethod;
import dev.tributary.algorithms.plasticity.PlasticityHook;
import dev.tributary.algorithms.plasticity.PlasticityMethod;
import dev.tributary.algorithms.plasticity.PlasticityStart;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.Step;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A client's tasks by round, and the trainings they come to. */
class ClientStreamTest {
  private static final int CLASSES = 3;
  private static final Engine ENGINE = Engine.create();
  private static final Model MODEL =
      ModelCatalog.build(
          ModelOptions.from(MapSettings.of(Map.of("name", "mlp", "hidden", List.of(8)))),
          ModelFilling.BATCH_NORM,
          Shape.of(4),
          CLASSES);
  private static final ParameterVector START = MODEL.initial(Seeds.root(1));
  private static final LocalOptions LOCAL = local(2);
  private static final int[] ALL = {0, 1, 2};

  private static LocalOptions local(int batch) {
    return new LocalOptions(1, batch, OptimizerOptions.sgd(0.1), LocalOptions.DropLast.AUTO);
  }

  /** Random points, told apart by where they begin. */
  private record Points(int first, int size) implements Examples {
    @Override
    public Shape shape() {
      return Shape.of(4);
    }

    @Override
    public int classes() {
      return CLASSES;
    }

    @Override
    public int label(int index) {
      return (first + index) % CLASSES;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      RandomStream random = Seeds.root(3).child("point", first + index).stream();
      for (int i = 0; i < 4; i++) {
        target[offset + i] = (float) random.nextGaussian();
      }
    }
  }

  private static ClientStream stream(int[] taskOfRound, Examples... tasks) {
    List<ClientStream.Task> all = new ArrayList<>();
    for (Examples task : tasks) {
      all.add(new ClientStream.Task(task, ALL));
    }
    return new ClientStream(all, taskOfRound);
  }

  private static StreamWork work(LocalOptions local, boolean once) {
    return new StreamWork(
        new Naive(),
        AdaB2N.PLAIN,
        StreamWork.memory(new Naive(), MODEL.layout(), CLASSES),
        local.of(MODEL),
        once);
  }

  private static ClientData client(ClientStream stream, int size) {
    return new ClientData("c", "d", new Points(0, size), Map.of(), Optional.of(stream));
  }

  @Test
  void roundsKnowTheirTaskAndTheirPlaceInIt() {
    ClientStream stream =
        stream(new int[] {0, 0, 0, 1, 2}, new Points(0, 5), new Points(5, 3), new Points(8, 4));
    assertThat(stream.tasks()).isEqualTo(3);
    assertThat(IntStream.rangeClosed(1, 5).map(stream::task)).containsExactly(0, 0, 0, 1, 2);
    assertThat(IntStream.rangeClosed(1, 5).map(stream::part)).containsExactly(0, 1, 2, 0, 0);
    assertThat(IntStream.rangeClosed(1, 5).map(stream::parts)).containsExactly(3, 3, 3, 1, 1);
    assertThat(IntStream.rangeClosed(1, 5).map(r -> stream.seen(r).size()))
        .containsExactly(5, 5, 5, 8, 12);
    stream.classes(1)[0] = 9;
    assertThat(stream.classes(1)).containsExactly(0, 1, 2);
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> stream(new int[] {1, 0}, new Points(0, 2), new Points(2, 2)))
        .hasMessage("the task of round 2 must be in [1, 2), got 0");
    assertThatThrownBy(() -> stream(new int[] {0, 2}, new Points(0, 2), new Points(2, 2)))
        .hasMessage("the task of round 2 must be in [0, 2), got 2");
  }

  @Test
  void namesOfTaskSplitsSortAsTasksDo() {
    assertThat(new TaskSplit("test", 7).id()).isEqualTo("test/007");
    assertThat(TaskSplit.of("test/007")).contains(new TaskSplit("test", 7));
    assertThat(TaskSplit.of("test")).isEmpty();
    assertThat(TaskSplit.of("test/7")).isEmpty();
    assertThatThrownBy(() -> new TaskSplit("test", 1000)).hasMessageContaining("got 1000");
  }

  private static ContinualRound.Outcome train(
      StreamWork work, ClientStream stream, int round, ParameterVector from, Seeds seeds) {
    try (LocalTrainer trainer = new LocalTrainer(MODEL, ENGINE, work.local())) {
      return work.round(stream, round)
          .train(
              trainer,
              from,
              StepHook.NONE,
              ParameterVector.zeros(work.memory()),
              Seeds.root(5),
              seeds);
    }
  }

  private static TrainingResult plain(Examples data, ParameterVector from, Seeds seeds) {
    try (LocalTrainer trainer = new LocalTrainer(MODEL, ENGINE, local(4))) {
      return trainer.train(from, data, seeds, StepHook.NONE);
    }
  }

  /** Two ways to the same arithmetic; the sums of a batch may be rounded otherwise. */
  private static void assertClose(TrainingResult actual, TrainingResult expected) {
    assertThat(actual.steps()).isEqualTo(expected.steps());
    assertThat(actual.samples()).isEqualTo(expected.samples());
    assertThat(actual.meanLoss()).isCloseTo(expected.meanLoss(), within(1e-6));
    assertThat(actual.weights().minus(START).norm()).isGreaterThan(0.05);
    assertThat(actual.weights().minus(expected.weights()).norm()).isLessThan(1e-5);
  }

  /** The local trainer is given the examples so that its shuffle brings them into order. */
  @Test
  void aTaskOfOneRoundIsLocalTrainingInTheStreamsOrder() {
    Points data = new Points(0, 22);
    Seeds seeds = Seeds.root(6);
    int[] permutation = seeds.child("shuffle", 0).stream().permutation(22);
    int[] inverse = new int[22];
    for (int i = 0; i < 22; i++) {
      inverse[permutation[i]] = i;
    }
    ContinualRound.Outcome one =
        train(work(local(4), false), stream(new int[] {0}, data), 1, START, seeds);
    assertClose(one.result(), plain(data.subset(inverse), START, seeds));
  }

  @Test
  void roundsOfATaskThatMeetAllOfItAreLocalTrainings() {
    Points data = new Points(0, 22);
    ClientStream stream = stream(new int[] {0, 0}, data);
    Seeds seeds = Seeds.root(7);
    assertClose(
        train(work(local(4), false), stream, 2, START, seeds).result(), plain(data, START, seeds));
  }

  /** Of 22 examples the first round has 11, the second the others, in order. */
  @Test
  void roundsThatShareATaskMeetEachExampleOnce() {
    Points data = new Points(0, 22);
    ClientStream shared = stream(new int[] {0, 0}, data);
    StreamWork once = work(local(4), true);
    ParameterVector half = train(once, shared, 1, START, Seeds.root(8)).result().weights();
    TrainingResult both = train(once, shared, 2, half, Seeds.root(9)).result();
    ClientStream halves = stream(new int[] {0, 1}, new Points(0, 11), new Points(11, 11));
    ParameterVector first = train(once, halves, 1, START, Seeds.root(8)).result().weights();
    assertThat(train(once, halves, 2, first, Seeds.root(9)).result().weights().sha256())
        .isEqualTo(both.weights().sha256());
    assertThat(both.samples()).isEqualTo(11);
  }

  /** The bound meets as many examples a round as others do, in the end all that it has seen. */
  @Test
  void jointTrainingSharesWhatItHasSeenAmongTheRoundsOfATask() {
    Set<Integer> met = new TreeSet<>();
    Points first = new Points(0, 6);
    Points second = new Points(6, 10);
    ClientStream stream =
        stream(new int[] {0, 0, 1, 1}, new Noting(first, met), new Noting(second, met));
    StreamWork work =
        new StreamWork(
            new Joint(),
            AdaB2N.PLAIN,
            StreamWork.memory(new Joint(), MODEL.layout(), CLASSES),
            local(4).of(MODEL),
            true);
    List<Long> samples = new ArrayList<>();
    for (int round = 1; round <= 2; round++) {
      samples.add(train(work, stream, round, START, Seeds.root(round)).result().samples());
    }
    assertThat(met).hasSize(6);
    met.clear();
    samples.add(train(work, stream, 3, START, Seeds.root(3)).result().samples());
    assertThat(met).hasSize(8).anyMatch(i -> i < 6).anyMatch(i -> i >= 6);
    samples.add(train(work, stream, 4, START, Seeds.root(4)).result().samples());
    assertThat(met).hasSize(16);
    assertThat(samples).containsExactly(3L, 3L, 8L, 8L);
  }

  /** Points that note which of them were read. */
  private record Noting(Points points, Set<Integer> met) implements Examples {
    @Override
    public int size() {
      return points.size();
    }

    @Override
    public Shape shape() {
      return points.shape();
    }

    @Override
    public int classes() {
      return points.classes();
    }

    @Override
    public int label(int index) {
      return points.label(index);
    }

    @Override
    public void read(int index, float[] target, int offset) {
      met.add(points.first() + index);
      points.read(index, target, offset);
    }
  }

  /** FedProx may leave out the first batch of each epoch, on a stream too. */
  @Test
  void hooksAreToldEpochAndBatchOnAStreamAsElsewhere() {
    List<String> told = new ArrayList<>();
    StepHook hook =
        new StepHook() {
          @Override
          public boolean needsGradient(int epoch, int batch) {
            told.add(epoch + "." + batch);
            return false;
          }

          @Override
          public void afterUpdate(Step step) {
            told.add("after " + step.epoch() + "." + step.batch());
          }
        };
    LocalOptions twice =
        new LocalOptions(2, 3, OptimizerOptions.sgd(0.1), LocalOptions.DropLast.AUTO);
    StreamWork work = work(twice, false);
    try (LocalTrainer trainer = new LocalTrainer(MODEL, ENGINE, work.local())) {
      work.round(stream(new int[] {0}, new Points(0, 6)), 1)
          .train(
              trainer,
              START,
              hook,
              ParameterVector.zeros(work.memory()),
              Seeds.root(5),
              Seeds.root(6));
    }
    assertThat(told)
        .containsExactly(
            "0.0", "after 0.0", "0.1", "after 0.1", "1.0", "after 1.0", "1.1", "after 1.1");
  }

  /** A penalty is part of the loss: an algorithm that clips must see it. */
  @Test
  void thePlasticityMethodComesBeforeTheAlgorithm() {
    List<String> order = new ArrayList<>();
    PlasticityMethod method =
        new PlasticityMethod() {
          @Override
          public String id() {
            return "first";
          }

          @Override
          public PlasticityHook hook(PlasticityStart start) {
            return new PlasticityHook() {
              @Override
              public void afterBackward(Step step) {
                order.add("penalty");
              }
            };
          }
        };
    StepHook clip =
        new StepHook() {
          @Override
          public void afterBackward(Step step) {
            order.add("clip");
          }
        };
    Points data = new Points(0, 4);
    ClientData client = new ClientData("c", "d", data, Map.of(), Optional.empty());
    try (LocalTrainer trainer = new LocalTrainer(MODEL, ENGINE, local(4))) {
      new PlasticityWork(method, MODEL, ENGINE, START, local(4))
          .run(
              START,
              clip,
              client,
              null,
              1,
              Seeds.root(1),
              (from, hook) -> trainer.train(from, data, Seeds.root(2), hook));
    }
    assertThat(order).containsExactly("penalty", "clip");
  }

  /** Adds nothing and remembers what it was told. */
  private static final class Recorder implements PlasticityMethod {
    final List<Long> steps = new ArrayList<>();
    final List<Long> begun = new ArrayList<>();
    final List<Integer> examples = new ArrayList<>();

    @Override
    public String id() {
      return "recorder";
    }

    @Override
    public ParameterVector beginTask(ParameterVector weights, PlasticityStart start) {
      begun.add(start.steps());
      return weights;
    }

    @Override
    public PlasticityHook hook(PlasticityStart start) {
      steps.add(start.steps());
      examples.add(start.data().size());
      return PlasticityHook.NONE;
    }
  }

  private static Recorder recorded(ClientStream stream, boolean once) {
    Recorder recorder = new Recorder();
    PlasticityWork work = new PlasticityWork(recorder, MODEL, ENGINE, START, LOCAL);
    TrainingResult nothing = new TrainingResult(START, 1, 1, 1, 0);
    for (int round = 1; round <= 4; round++) {
      work.run(
          START,
          StepHook.NONE,
          client(stream, 8),
          work(LOCAL, once),
          round,
          Seeds.root(1),
          (_, _) -> nothing);
    }
    return recorder;
  }

  /**
   * Batches of two under batch normalisation, which drops a last single example: five examples are
   * two steps, three are one.
   */
  @Test
  void plasticityCountsTheStepsOfAllRoundsBefore() {
    ClientStream stream = stream(new int[] {0, 0, 1, 1}, new Points(0, 5), new Points(5, 3));
    Recorder every = recorded(stream, false);
    assertThat(every.steps).containsExactly(0L, 2L, 4L, 5L);
    assertThat(every.begun).containsExactly(4L);
    // Neither past nor future tasks are there to probe.
    assertThat(every.examples).containsExactly(5, 5, 3, 3);
    // Shared: 2 and 3 of the five, 1 (an only batch is kept) and 2 of the three.
    Recorder once = recorded(stream, true);
    assertThat(once.steps).containsExactly(0L, 1L, 2L, 3L);
    assertThat(once.begun).containsExactly(2L);
  }

  @Test
  void withoutAStreamEveryRoundHasAllExamplesAndNoTaskBegins() {
    Recorder recorder = new Recorder();
    PlasticityWork work = new PlasticityWork(recorder, MODEL, ENGINE, START, LOCAL);
    ClientData client = new ClientData("c", "d", new Points(0, 8), Map.of());
    TrainingResult nothing = new TrainingResult(START, 1, 1, 1, 0);
    for (int round = 1; round <= 3; round++) {
      work.run(START, StepHook.NONE, client, null, round, Seeds.root(1), (_, _) -> nothing);
    }
    assertThat(recorder.steps).containsExactly(0L, 4L, 8L);
    assertThat(recorder.begun).isEmpty();
  }

  @Test
  void plasticityNoneIsPlainTrainingToTheBit() {
    Points data = new Points(0, 22);
    Seeds seeds = Seeds.root(7);
    PlasticityWork none = new PlasticityWork(new NoMethod(), MODEL, ENGINE, START, local(4));
    try (LocalTrainer trainer = new LocalTrainer(MODEL, ENGINE, local(4))) {
      TrainingResult result =
          none.run(
              START,
              StepHook.NONE,
              new ClientData("c", "d", data, Map.of()),
              null,
              2,
              seeds,
              (from, hook) -> trainer.train(from, data, seeds, hook));
      assertThat(result.weights().sha256()).isEqualTo(plain(data, START, seeds).weights().sha256());
    }
  }
}
