package dev.tributary.engine.optim;

import dev.tributary.engine.settings.Settings;

/**
 * The factor on the learning rate over the steps of one local training.
 *
 * <p>During the first {@code warmupSteps} steps the factor rises linearly: (step + 1) /
 * warmupSteps. Then, with t the steps since and T those that remain in all:
 *
 * <ul>
 *   <li>constant: 1
 *   <li>step: {@code decay^floor(t / every)}
 *   <li>cosine: {@code last + (1 - last) (1 + cos(pi t / T)) / 2}
 * </ul>
 *
 * @param kind the curve; key {@code name}, default constant
 * @param warmupSteps &ge; 0; key {@code warmup-steps}, default 0
 * @param every steps between decays, &ge; 1; key {@code every}, default 100
 * @param decay the factor at each decay, in (0, 1]; key {@code decay}, default 0.1
 * @param last where the cosine ends, in [0, 1]; key {@code last}, default 0
 */
public record LearningRateSchedule(
    Kind kind, int warmupSteps, int every, double decay, double last) {

  /** The curves. */
  public enum Kind {
    /** No change. */
    CONSTANT,
    /** A drop at regular intervals. */
    STEP,
    /** Half a cosine over the whole training. */
    COSINE
  }

  /** No change at all. */
  public static final LearningRateSchedule CONSTANT =
      new LearningRateSchedule(Kind.CONSTANT, 0, 100, 0.1, 0);

  /** Reads and checks a section. */
  public static LearningRateSchedule from(Settings settings) {
    int warmup = settings.integer("warmup-steps", 0);
    settings.require(warmup >= 0, "warmup-steps", ">= 0", warmup);
    int every = settings.integer("every", 100);
    settings.require(every >= 1, "every", ">= 1", every);
    double decay = settings.number("decay", 0.1);
    settings.require(decay > 0 && decay <= 1, "decay", "in (0, 1]", decay);
    double last = settings.number("last", 0);
    settings.require(last >= 0 && last <= 1, "last", "in [0, 1]", last);
    return new LearningRateSchedule(
        settings.choice("name", Kind.CONSTANT), warmup, every, decay, last);
  }

  /** The factor at {@code step} (from 0) of {@code total} steps. */
  public double factor(int step, int total) {
    if (step < warmupSteps) {
      return (step + 1.0) / warmupSteps;
    }
    int t = step - warmupSteps;
    return switch (kind) {
      case CONSTANT -> 1;
      case STEP -> StrictMath.pow(decay, Math.floorDiv(t, every));
      case COSINE -> {
        double share = Math.min(1, (double) t / Math.max(1, total - warmupSteps));
        yield last + (1 - last) * (1 + StrictMath.cos(StrictMath.PI * share)) / 2;
      }
    };
  }
}
