package dev.tributary.engine.nn;

/**
 * Which task of a continual stream each sample of a batch belongs to, and what layers do with it.
 *
 * <p>The array is not copied: a trainer fills the same one anew for every batch, so that a step
 * allocates nothing.
 */
public final class BatchTasks {
  private final int[] task;
  private final int seen;
  private final boolean weigh;
  private final double lambda;

  /**
   * Tasks of a batch.
   *
   * @param task the task of each row from 0 on, at least as long as the batch; kept, not copied
   * @param seen how many tasks have been seen, the current one included, &ge; 1
   * @param weigh whether statistics are weighted by task: the batch has replayed samples, and a
   *     task is finished
   * @param lambda the weight of the layers' own losses in the backward pass, &ge; 0; 0 for none
   */
  public BatchTasks(int[] task, int seen, boolean weigh, double lambda) {
    if (seen < 1) {
      throw new IllegalArgumentException(
          "the current task counts as seen, so seen must be >= 1, got " + seen);
    }
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("lambda must be >= 0 and finite, got " + lambda);
    }
    this.task = task;
    this.seen = seen;
    this.weigh = weigh;
    this.lambda = lambda;
  }

  /**
   * The task of a row.
   *
   * @throws IllegalArgumentException unless it is one that has been seen
   */
  int task(int row) {
    int t = task[row];
    if (t < 0 || t >= seen) {
      throw new IllegalArgumentException(
          "row " + row + " is of task " + t + ", but the tasks seen are 0 to " + (seen - 1));
    }
    return t;
  }

  /** How many rows have a task. */
  int rows() {
    return task.length;
  }

  /** How many tasks have been seen, the current one included. */
  public int seen() {
    return seen;
  }

  /** Whether statistics are weighted by task. */
  public boolean weigh() {
    return weigh;
  }

  /** The weight of the layers' own losses in the backward pass. */
  public double lambda() {
    return lambda;
  }
}
