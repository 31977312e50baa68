package dev.tributary.engine.training;

/** Hooks made of hooks. */
public final class StepHooks {
  private StepHooks() {}

  /**
   * Both, the first before the second in either phase. Each is asked for itself whether it needs
   * the gradient, so neither acts at a step at which it would not act alone. With {@link
   * StepHook#NONE} it is the other one.
   */
  public static StepHook both(StepHook first, StepHook second) {
    if (first.equals(StepHook.NONE)) {
      return second;
    }
    return second.equals(StepHook.NONE) ? first : new Both(first, second);
  }

  private record Both(StepHook first, StepHook second) implements StepHook {
    @Override
    public boolean needsGradient(int epoch, int batch) {
      return first.needsGradient(epoch, batch) || second.needsGradient(epoch, batch);
    }

    @Override
    public void afterBackward(Step step) {
      if (first.needsGradient(step.epoch(), step.batch())) {
        first.afterBackward(step);
      }
      if (second.needsGradient(step.epoch(), step.batch())) {
        second.afterBackward(step);
      }
    }

    @Override
    public void afterUpdate(Step step) {
      first.afterUpdate(step);
      second.afterUpdate(step);
    }
  }
}
