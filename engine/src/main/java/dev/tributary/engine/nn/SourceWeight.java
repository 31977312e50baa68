package dev.tributary.engine.nn;

/**
 * How much of the source's running statistics goes into the statistics that normalise a batch; the
 * rest is the batch's own. 1 is the source alone, 0 the batch alone.
 */
public sealed interface SourceWeight {

  /** The same weight for every batch. */
  static SourceWeight fixed(double weight) {
    return new Fixed(weight);
  }

  /** The weight of a source that counts as much as {@code samples} samples of the batch. */
  static SourceWeight prior(double samples) {
    return new Prior(samples);
  }

  /** The weight in [0, 1] for a batch of {@code samples} samples, at least 1. */
  double of(int samples);

  /** Whether every batch is normalised by the source's statistics alone. */
  default boolean sourceAlone() {
    return of(1) == 1;
  }

  /**
   * The same for every batch.
   *
   * @param weight in [0, 1]
   */
  record Fixed(double weight) implements SourceWeight {
    /** Checks the range. */
    public Fixed {
      if (!(weight >= 0 && weight <= 1)) {
        throw new IllegalArgumentException(
            "the source's weight must be in [0, 1], got "
                + weight
                + "; 1 is the source's statistics alone, 0 the batch's");
      }
    }

    @Override
    public double of(int samples) {
      return weight;
    }
  }

  /**
   * N / (N + n) for a batch of n samples (Schneider et al., NeurIPS 2020).
   *
   * @param samples N, &ge; 0 and finite; 0 is the batch alone
   */
  record Prior(double samples) implements SourceWeight {
    /** Checks the range. */
    public Prior {
      if (!(samples >= 0 && Double.isFinite(samples))) {
        throw new IllegalArgumentException(
            "the source must count as a finite number >= 0 of samples, got "
                + samples
                + "; for the source alone use a fixed weight of 1");
      }
    }

    @Override
    public double of(int n) {
      return samples / (samples + n);
    }

    @Override
    public boolean sourceAlone() {
      return false;
    }
  }
}
