package dev.tributary.algorithms.federated;

import dev.tributary.engine.settings.Settings;

/** How much a client's update counts in the mean. */
public enum Weighting {
  /** In proportion to its training examples: p_k = n_k / n (McMahan et al. 2017). */
  EXAMPLES,
  /** All the same: p_k = 1 / K (as the released code of FedBN does). */
  UNIFORM;

  /** Reads {@code weighting = examples | uniform}. */
  public static Weighting from(Settings settings) {
    return settings.choice("weighting", EXAMPLES);
  }

  /** The relative weight of a client with this many training examples. */
  public double of(int examples) {
    return switch (this) {
      case EXAMPLES -> examples;
      case UNIFORM -> 1;
    };
  }
}
