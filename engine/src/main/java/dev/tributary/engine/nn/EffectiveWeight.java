package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The weights that a convolution multiplies by: its own, or these standardised. */
final class EffectiveWeight {
  private final Tensor raw;
  private final Tensor rawGradient;
  private final @Nullable Standardized standardized;

  private record Standardized(
      Kernels kernels,
      WeightStandardization rule,
      Tensor gain,
      Tensor gainGradient,
      Tensor weight,
      Tensor gradient) {}

  EffectiveWeight(Conv2d spec, Workspace workspace) {
    this.raw = workspace.parameter(spec.name() + ".weight");
    this.rawGradient = workspace.gradient(spec.name() + ".weight");
    WeightStandardization rule = spec.standardization();
    this.standardized =
        rule == null
            ? null
            : new Standardized(
                workspace.kernels(),
                rule,
                workspace.parameter(spec.name() + ".gain"),
                workspace.gradient(spec.name() + ".gain"),
                workspace.tensor(raw.shape()),
                workspace.tensor(raw.shape()));
  }

  /** The weights [out, in, height, width] as of now. */
  Tensor refreshed() {
    Standardized s = standardized;
    if (s == null) {
      return raw;
    }
    s.kernels.standardizeRows(raw, s.gain, s.rule.ddof(), s.rule.floor(), s.weight);
    return s.weight;
  }

  /** Where the gradient of {@link #refreshed} is to be written. */
  Tensor gradient() {
    return standardized == null ? rawGradient : standardized.gradient;
  }

  /** From that to the gradients of the parameters. */
  void backward() {
    Standardized s = standardized;
    if (s != null) {
      s.kernels.standardizeRowsBackward(
          raw, s.gain, s.rule.ddof(), s.rule.floor(), s.gradient, rawGradient, s.gainGradient);
    }
  }
}
