package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Learner;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.Trainer;
import dev.tributary.engine.training.TrainingResult;
import java.util.stream.IntStream;

/**
 * One round of one learner on its stream: mini-batches of the current task through a {@link
 * ContinualStrategy}.
 *
 * @param strategy the method
 * @param seen the training examples of all tasks so far, the current one last
 * @param task the current task, from 0
 * @param epochs passes over the task's examples in this round, &ge; 1
 * @param batchSize examples per step, &ge; 1
 * @param shuffled whether each pass draws an order of its own; else the stream's order is kept, as
 *     a learner sees it that meets each example once. What trains on all tasks always mixes them
 * @param begins whether the task begins with this round
 * @param ends whether it ends with it
 */
public record ContinualRound(
    ContinualStrategy strategy,
    JoinedExamples seen,
    int task,
    int epochs,
    int batchSize,
    boolean shuffled,
    boolean begins,
    boolean ends) {

  /**
   * The outcome.
   *
   * @param result of the training
   * @param memory what the method keeps
   */
  public record Outcome(TrainingResult result, ParameterVector memory) {}

  /**
   * Trains.
   *
   * @param trainer whose memory is used
   * @param start the whole model to start from
   * @param hook what the federated algorithm adds to each step
   * @param kept the memory after the last round; zeros before the first
   * @param seeds of this learner, the same in every round
   * @param roundSeeds of this learner in this round
   */
  public Outcome train(
      Trainer trainer,
      ParameterVector start,
      StepHook hook,
      ParameterVector kept,
      Seeds seeds,
      Seeds roundSeeds) {
    int[] indices = indices();
    int perEpoch = Math.ceilDiv(indices.length, batchSize);
    Learner learner = trainer.learn(start, roundSeeds, hook, perEpoch * epochs);
    Memory memory = new Memory(kept);
    Lesson lesson = new Lesson(learner, seen, task, batchSize, seeds, roundSeeds, memory);
    ContinualStrategy.Session session = strategy.open(lesson);
    if (begins) {
      session.begin();
    }
    double loss = 0;
    int[] batch = new int[batchSize];
    for (int epoch = 0; epoch < epochs; epoch++) {
      if (shuffled || strategy.scope() == ContinualStrategy.Scope.SEEN) {
        roundSeeds.child("shuffle", epoch).stream().shuffle(indices);
      }
      for (int from = 0; from < indices.length; from += batchSize) {
        int n = Math.min(batchSize, indices.length - from);
        System.arraycopy(indices, from, batch, 0, n);
        loss += n * session.observe(new Batch(batch, n));
      }
    }
    if (ends) {
      session.end();
    }
    session.save(memory);
    long samples = (long) indices.length * epochs;
    return new Outcome(
        new TrainingResult(
            learner.save(), indices.length, samples, learner.steps(), loss / samples),
        memory.vector());
  }

  private int[] indices() {
    int first = strategy.scope() == ContinualStrategy.Scope.SEEN ? 0 : seen.start(task);
    return IntStream.range(first, seen.size()).toArray();
  }
}
