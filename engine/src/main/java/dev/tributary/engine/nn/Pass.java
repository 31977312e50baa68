package dev.tributary.engine.nn;

import dev.tributary.engine.random.Seeds;

/**
 * One pass through a network.
 *
 * @param training whether batch statistics and dropout are on; else running statistics, no dropout
 * @param seeds where this pass draws random numbers from: each layer at the child of its own name
 */
public record Pass(boolean training, Seeds seeds) {

  /** The pass of evaluation, which draws nothing. */
  public static final Pass EVALUATION = new Pass(false, new Seeds(0));

  /** A pass of training; its seeds must differ from step to step. */
  public static Pass training(Seeds seeds) {
    return new Pass(true, seeds);
  }
}
