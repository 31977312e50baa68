package dev.tributary.engine.parameters;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a tensor of a model is for.
 *
 * <p>Methods decide by role who owns a tensor, who averages it and who regularises it: FedAvg,
 * SiloBN, FedBN and their kin differ in nothing but sets of roles. Nothing ever looks at a name.
 */
public enum Role {
  /** A matrix or kernel that multiplies activations. */
  WEIGHT(true),
  /** A vector added to a layer's output. */
  BIAS(true),
  /** The scale of a weight-standardised row or of a residual branch. */
  GAIN(true),
  /** A normalisation layer's learned scale (gamma). */
  NORM_SCALE(true),
  /** A normalisation layer's learned shift (beta). */
  NORM_SHIFT(true),
  /** A normalisation layer's running mean; never trained by gradient. */
  NORM_RUNNING_MEAN(false),
  /** A normalisation layer's running variance (or other spread); never trained by gradient. */
  NORM_RUNNING_VAR(false),
  /**
   * What a normalisation layer must remember to move its running statistics: step counts, momenta.
   */
  NORM_COUNTER(false),
  /** The learned weight of a task in a normalisation layer's statistics. */
  TASK_WEIGHT(true),
  /** A small trainable insert beside frozen weights. */
  ADAPTER(true),
  /** What a continual method remembers of a client's past; never leaves the client. */
  MEMORY(false),
  /** What the coarse codes of a client's deltas have left out so far; never leaves the client. */
  RESIDUAL(false);

  private static final Set<Role> OF_MODELS =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(MEMORY, RESIDUAL)));

  private final boolean trainable;

  Role(boolean trainable) {
    this.trainable = trainable;
  }

  /** The roles that a model's tensors can have: all but {@link #MEMORY} and {@link #RESIDUAL}. */
  public static Set<Role> ofModels() {
    return OF_MODELS;
  }

  /** Whether gradients move tensors of this role. */
  public boolean trainable() {
    return trainable;
  }

  /** Whether tensors of this role belong to a normalisation layer. */
  public boolean normalization() {
    return switch (this) {
      case NORM_SCALE, NORM_SHIFT, NORM_RUNNING_MEAN, NORM_RUNNING_VAR, NORM_COUNTER, TASK_WEIGHT ->
          true;
      case WEIGHT, BIAS, GAIN, ADAPTER, MEMORY, RESIDUAL -> false;
    };
  }
}
