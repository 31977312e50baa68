package dev.tributary.algorithms.continual;

import dev.tributary.algorithms.Toy;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.StepHook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One learner on a stream, round by round.
 *
 * @param model what learns
 * @param tasks the stream
 * @param epochs passes over a task
 * @param batchSize examples per step
 * @param rate the learning rate of plain descent
 */
record Course(Model model, List<? extends Examples> tasks, int epochs, int batchSize, double rate) {

  /** What a learner has become: weights and memory after each round. */
  record State(ParameterVector weights, ParameterVector memory) {
    static State start(Course course, ContinualStrategy strategy, ParameterVector weights) {
      return new State(weights, ParameterVector.zeros(course.memory(strategy)));
    }
  }

  /** Logistic regression on points of so many features. */
  static Model logistic(Examples examples) {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(Map.of("name", "logistic"))),
        ModelFilling.BATCH_NORM,
        examples.shape(),
        examples.classes());
  }

  static ContinualStrategy strategy(String id, Map<String, Object> settings) {
    TreeMap<String, Object> all = new TreeMap<>(settings);
    all.put("name", id);
    return ContinualCatalog.create(MapSettings.of(all));
  }

  ParameterLayout memory(ContinualStrategy strategy) {
    ParameterLayout.Builder builder = ParameterLayout.builder();
    strategy.declare(builder, model.layout(), model.classes());
    return builder.build();
  }

  ParameterVector weights(double[] theta) {
    float[] values = new float[theta.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) theta[i];
    }
    return ParameterVector.of(model.layout(), values);
  }

  LocalTrainer trainer(ContinualStrategy strategy) {
    return new LocalTrainer(model, Toy.engine(), options(epochs), strategy.largestStep(batchSize));
  }

  private LocalOptions options(int passes) {
    return new LocalOptions(
        passes, batchSize, OptimizerOptions.sgd(rate), LocalOptions.DropLast.AUTO);
  }

  JoinedExamples seen(int task) {
    return new JoinedExamples(tasks.subList(0, task + 1));
  }

  /** One round of a task by a trainer of its own, as after a restart. */
  State round(
      ContinualStrategy strategy, State from, int task, int of, int round, boolean shuffled) {
    try (LocalTrainer trainer = trainer(strategy)) {
      ContinualRound plan =
          new ContinualRound(
              strategy,
              AdaB2N.PLAIN,
              seen(task),
              task,
              options(epochs / of),
              round,
              of,
              false,
              shuffled);
      Seeds seeds = Seeds.root(3);
      Seeds roundSeeds = seeds.child("round", task * 100 + round);
      ContinualRound.Outcome outcome =
          plan.train(trainer, from.weights, StepHook.NONE, from.memory, seeds, roundSeeds);
      return new State(outcome.result().weights(), outcome.memory());
    }
  }

  /** The whole stream, a round a task; the state after each. */
  List<State> run(ContinualStrategy strategy, ParameterVector start, boolean shuffled) {
    return run(strategy, start, 1, shuffled);
  }

  /** The whole stream with so many rounds a task; the state after each task. */
  List<State> run(ContinualStrategy strategy, ParameterVector start, int rounds, boolean shuffled) {
    State state = State.start(this, strategy, start);
    List<State> states = new ArrayList<>();
    for (int task = 0; task < tasks.size(); task++) {
      for (int round = 0; round < rounds; round++) {
        state = round(strategy, state, task, rounds, round, shuffled);
      }
      states.add(state);
    }
    return states;
  }
}
