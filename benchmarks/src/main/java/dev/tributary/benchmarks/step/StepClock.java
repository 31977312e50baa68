package dev.tributary.benchmarks.step;

import dev.tributary.engine.training.Step;
import dev.tributary.engine.training.StepHook;

/**
 * Times whole steps of a training, from the end of one update to the end of the next: reading the
 * batch, forward, backward, update. The first step of each training, before which weights are
 * loaded, only starts the clock.
 */
final class StepClock implements StepHook {
  private long last;
  private long nanos;
  private long steps;

  /** A training begins: what lies between it and the last one is no step. */
  void start() {
    last = 0;
  }

  /** So that a step is what plain local training does. */
  @Override
  public boolean needsGradient(int epoch, int batch) {
    return false;
  }

  @Override
  public void afterUpdate(Step step) {
    long now = System.nanoTime();
    if (last != 0) {
      nanos += now - last;
      steps++;
    }
    last = now;
  }

  /** The mean time of a step. */
  double milliseconds() {
    return nanos / 1e6 / steps;
  }
}
