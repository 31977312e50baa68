package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Learner;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.Trainer;
import dev.tributary.engine.training.TrainingResult;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One round of one learner on its stream: mini-batches of the current task through a {@link
 * ContinualStrategy}.
 *
 * @param strategy the method
 * @param adab2n what layers that know tasks are told
 * @param seen the training examples of all tasks so far, the current one last
 * @param task the current task, from 0
 * @param local passes over the examples in this round, and examples per step, {@linkplain
 *     LocalOptions#of for the model}
 * @param part which of the task's rounds this is, from 0
 * @param parts how many rounds the task has, &gt; {@code part}
 * @param once whether the task's rounds share its examples, so that each is met in one round; else
 *     every round has them all
 * @param shuffled whether each pass draws an order of its own; else examples come in the stream's
 *     order. What trains on all tasks always mixes them
 */
public record ContinualRound(
    ContinualStrategy strategy,
    AdaB2N adab2n,
    JoinedExamples seen,
    int task,
    LocalOptions local,
    int part,
    int parts,
    boolean once,
    boolean shuffled) {

  /**
   * The outcome.
   *
   * @param result of the training
   * @param memory what the method keeps
   */
  public record Outcome(TrainingResult result, ParameterVector memory) {}

  /** The optimiser steps of this round. */
  public int steps() {
    int examples = local.examplesPerEpoch(size(), true);
    return Math.ceilDiv(examples, local.batchSize()) * local.epochs();
  }

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
    int[] indices = indices(seeds);
    int batchSize = local.batchSize();
    int epochs = local.epochs();
    int examples = local.examplesPerEpoch(indices.length, true);
    Learner learner = trainer.learn(start, roundSeeds, hook, steps());
    Memory memory = new Memory(kept);
    Lesson lesson = new Lesson(learner, seen, task, batchSize, seeds, roundSeeds, memory, adab2n);
    ContinualStrategy.Session session = strategy.open(lesson);
    if (part == 0) {
      session.begin();
    }
    double loss = 0;
    int[] batch = new int[batchSize];
    for (int epoch = 0; epoch < epochs; epoch++) {
      learner.beginEpoch(epoch);
      if (shuffled || mixes()) {
        roundSeeds.child("shuffle", epoch).stream().shuffle(indices);
      }
      for (int from = 0; from < examples; from += batchSize) {
        int n = Math.min(batchSize, examples - from);
        System.arraycopy(indices, from, batch, 0, n);
        loss += n * session.observe(new Batch(batch, n));
      }
    }
    if (part == parts - 1) {
      session.end();
    }
    session.save(memory);
    long samples = (long) examples * epochs;
    return new Outcome(
        new TrainingResult(
            learner.save(), indices.length, samples, learner.steps(), loss / samples),
        memory.vector());
  }

  /** The round's examples in {@link #seen}, in the stream's order or, of all tasks, mixed. */
  private int[] indices(Seeds seeds) {
    int[] pool = IntStream.range(first(), seen.size()).toArray();
    if (shares() && mixes()) {
      // Each round's share is of all tasks: the same mixture in each of the task's rounds.
      seeds.child("mixture", task).stream().shuffle(pool);
    }
    return Arrays.copyOfRange(pool, from(), from() + size());
  }

  /** Whether it trains on the examples of all tasks so far. */
  private boolean mixes() {
    return strategy.scope() == ContinualStrategy.Scope.SEEN;
  }

  /** Whether the task's rounds have a share each of what there is. */
  private boolean shares() {
    return once && parts > 1;
  }

  /** The first of the examples that the task's rounds have together. */
  private int first() {
    return mixes() ? 0 : seen.start(task);
  }

  /** Where this round's begin among those. */
  private int from() {
    return shares() ? before(part) : 0;
  }

  private int size() {
    return shares() ? before(part + 1) - before(part) : seen.size() - first();
  }

  private int before(int round) {
    return (int) ((long) (seen.size() - first()) * round / parts);
  }
}
