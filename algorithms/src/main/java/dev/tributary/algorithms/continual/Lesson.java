package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.nn.BatchTasks;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Learner;

/**
 * All that a method may know in one round of one learner: the model, the past and the current task.
 * Later tasks and their classes are not there.
 *
 * <p>Rows are added through {@link #add}, so that layers with statistics by task know whose row is
 * whose. Not safe for several threads.
 */
public final class Lesson {
  private final Learner learner;
  private final JoinedExamples seen;
  private final int task;
  private final int batchSize;
  private final Seeds seeds;
  private final Seeds roundSeeds;
  private final Memory memory;
  private final int[] rowTasks;
  private final BatchTasks fresh;
  private final BatchTasks replayed;

  /**
   * @param learner the model in training
   * @param seen the training examples of tasks 0 to {@code task}, one part a task
   * @param task the current task, from 0
   * @param batchSize the scenario's batch size
   * @param seeds of this learner, the same in every round
   * @param roundSeeds of this learner in this round
   * @param memory what the method saved in its last round; zeros before the first
   * @param adab2n what layers that know tasks are told
   */
  public Lesson(
      Learner learner,
      JoinedExamples seen,
      int task,
      int batchSize,
      Seeds seeds,
      Seeds roundSeeds,
      Memory memory,
      AdaB2N adab2n) {
    this.learner = learner;
    this.seen = seen;
    this.task = task;
    this.batchSize = batchSize;
    this.seeds = seeds;
    this.roundSeeds = roundSeeds;
    this.memory = memory;
    this.rowTasks = new int[learner.capacity()];
    this.fresh = adab2n.tasks(rowTasks, task, false);
    this.replayed = adab2n.tasks(rowTasks, task, true);
  }

  /** The same with layers that know no tasks. */
  Lesson(
      Learner learner,
      JoinedExamples seen,
      int task,
      int batchSize,
      Seeds seeds,
      Seeds roundSeeds,
      Memory memory) {
    this(learner, seen, task, batchSize, seeds, roundSeeds, memory, AdaB2N.PLAIN);
  }

  /** The model in training. */
  public Learner learner() {
    return learner;
  }

  /** The training examples of all tasks so far, one part a task, the current one last. */
  public JoinedExamples seen() {
    return seen;
  }

  /** The current task, from 0. */
  public int task() {
    return task;
  }

  /** The scenario's batch size. */
  public int batchSize() {
    return batchSize;
  }

  /** What the method saved in its last round; zeros before the first. */
  public Memory memory() {
    return memory;
  }

  /**
   * Seeds of this learner, the same in every round: draws must be told apart by what they are for,
   * for example by a count of examples.
   */
  public Seeds seeds() {
    return seeds;
  }

  /** Randomness for one purpose in the coming optimiser step. */
  public RandomStream random(String purpose) {
    return roundSeeds.child(purpose, learner.steps()).stream();
  }

  /** Adds an example of {@link #seen} to the learner's batch and returns its row. */
  public int add(int index) {
    int row = learner.add(seen, index);
    rowTasks[row] = seen.part(index);
    return row;
  }

  /** Adds new examples to the learner's batch. */
  public void add(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      add(batch.at(i));
    }
  }

  /**
   * The learner's {@linkplain Learner#forward forward pass} over the rows added since its batch was
   * cleared.
   *
   * @param replay whether some of them come from a memory of the past
   */
  public float[] forward(boolean replay) {
    learner.tasks(replay ? replayed : fresh);
    return learner.forward();
  }
}
