package dev.tributary.engine.nn;

import dev.tributary.engine.random.Seeds;
import org.jspecify.annotations.Nullable;

/**
 * One pass through a network. A training's pass is one object that {@link #next} moves from step to
 * step, so that a step allocates nothing.
 */
public final class Pass {
  /** The pass of evaluation, which draws nothing. */
  public static final Pass EVALUATION = new Pass(false, false, new Seeds(0));

  private final boolean training;
  private final boolean stepwise;
  private final Seeds seeds;
  private long step = -1;
  private double rate;
  private @Nullable BatchTasks tasks;
  private double auxiliary;

  private Pass(boolean training, boolean stepwise, Seeds seeds) {
    this.training = training;
    this.stepwise = stepwise;
    this.seeds = seeds;
  }

  /** A single pass of training; its seeds must differ from step to step. */
  public static Pass training(Seeds seeds) {
    return new Pass(true, false, seeds);
  }

  /** The passes of a training: step s draws from {@code seeds.child("step", s)}. */
  public static Pass steps(Seeds seeds) {
    return new Pass(true, true, seeds);
  }

  /**
   * Moves on to the next step, the first of which is 0, in whose backward pass layers may move
   * their weights at once.
   *
   * @param descentRate the learning rate of plain gradient descent, or 0 for gradients only
   */
  public void next(double descentRate) {
    step++;
    rate = descentRate;
    auxiliary = 0;
  }

  /**
   * Says which tasks the samples of the coming batches belong to, until said otherwise.
   *
   * @param batchTasks the tasks, or null for unknown
   */
  public void tasks(@Nullable BatchTasks batchTasks) {
    if (!training) {
      throw new IllegalStateException("tasks matter in training only; evaluation's pass is shared");
    }
    tasks = batchTasks;
  }

  /** The tasks of the batch, or null where nobody has said. */
  public @Nullable BatchTasks tasks() {
    return tasks;
  }

  /** A layer's part of {@link #auxiliary}. */
  void addAuxiliary(double loss) {
    auxiliary += loss;
  }

  /**
   * What the layers' own losses, not weighted, come to in the forward passes since the last {@link
   * #next}: for reports only, their gradients are part of the backward pass.
   */
  public double auxiliary() {
    return auxiliary;
  }

  /** Whether batch statistics and dropout are on; else running statistics, no dropout. */
  public boolean training() {
    return training;
  }

  /** Whether layers may move their weights in the backward pass. */
  public boolean descends() {
    return rate > 0;
  }

  /** The learning rate of that. */
  public double rate() {
    return rate;
  }

  /** Where this pass draws random numbers from: each layer at the child of its own name. */
  public Seeds seeds() {
    return stepwise ? seeds.child("step", step) : seeds;
  }
}
