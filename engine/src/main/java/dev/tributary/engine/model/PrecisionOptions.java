package dev.tributary.engine.model;

import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.integer.Precision.Arm;
import dev.tributary.engine.integer.Precision.GradientScale;
import dev.tributary.engine.integer.Precision.WeightScale;
import dev.tributary.engine.nn.Conv2d;
import dev.tributary.engine.nn.Dense;
import dev.tributary.engine.nn.L1BatchNorm;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.QuantizedConv2d;
import dev.tributary.engine.nn.QuantizedDense;
import dev.tributary.engine.nn.QuantizedL1BatchNorm;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The {@code precision} section of a scenario: which numbers convolutions and dense layers multiply
 * in training and evaluation, and L1 batch normalisation in training. Weights that travel, are
 * averaged and are kept are float32 always.
 *
 * <p>Keys: {@code name}: fp32 (default), shiftquant, per-tensor or per-channel; of the last three
 * {@code weights}, {@code activations}, {@code gradients}: bits, 2 to 8, default 4; {@code
 * gradient-rounding}: stochastic (default) or nearest; {@code weight-scale}: tensor (default) or
 * channel; {@code first-last}: fp32 (default) or quantised; {@code normalization}: fp32 (default)
 * or integer, for models with L1 batch normalisation; of shiftquant {@code groups}: 1 to 8, default
 * 4; {@code gradient-scale}: channel (default) or position.
 *
 * @param quantized how layers are quantised; empty for float32
 * @param firstAndLast whether the first and the last layer with weights are quantised, too
 * @param norms whether L1 batch normalisation trains on integers
 */
public record PrecisionOptions(Optional<Precision> quantized, boolean firstAndLast, boolean norms) {

  /** Float32 throughout. */
  public static final PrecisionOptions FP32 = new PrecisionOptions(Optional.empty(), false, false);

  private static final int DEFAULT_BITS = 4;
  private static final int DEFAULT_GROUPS = 4;

  /** What first-last says. */
  private enum Ends {
    FP32,
    QUANTISED
  }

  /** What normalization says. */
  private enum Normalization {
    FP32,
    INTEGER
  }

  /** What gradient-rounding says. */
  private enum GradientRounding {
    STOCHASTIC,
    NEAREST
  }

  /** Reads and checks a section. */
  public static PrecisionOptions from(Settings settings) {
    String name = settings.text("name", "fp32");
    return switch (name) {
      case "fp32" -> FP32;
      case "shiftquant" -> {
        int groups = settings.integer("groups", DEFAULT_GROUPS);
        settings.require(groups >= 1 && groups <= 8, "groups", "1 to 8", groups);
        yield quantized(
            settings,
            Arm.SHIFTQUANT,
            groups,
            settings.choice("gradient-scale", GradientScale.CHANNEL));
      }
      case "per-tensor" -> quantized(settings, Arm.PER_TENSOR, 1, GradientScale.CHANNEL);
      case "per-channel" -> quantized(settings, Arm.PER_CHANNEL, 1, GradientScale.CHANNEL);
      default ->
          throw settings.mustBe("name", "one of fp32, shiftquant, per-tensor, per-channel", name);
    };
  }

  private static PrecisionOptions quantized(
      Settings settings, Arm arm, int groups, GradientScale scale) {
    GradientRounding rounding = settings.choice("gradient-rounding", GradientRounding.STOCHASTIC);
    return new PrecisionOptions(
        Optional.of(
            new Precision(
                bits(settings, "weights"),
                bits(settings, "activations"),
                bits(settings, "gradients"),
                arm,
                groups,
                scale,
                settings.choice("weight-scale", WeightScale.TENSOR),
                rounding == GradientRounding.STOCHASTIC)),
        settings.choice("first-last", Ends.FP32) == Ends.QUANTISED,
        settings.choice("normalization", Normalization.FP32) == Normalization.INTEGER);
  }

  private static int bits(Settings settings, String key) {
    int bits = settings.integer(key, DEFAULT_BITS);
    settings.require(bits >= 2 && bits <= 8, key, "2 to 8 bits", bits);
    return bits;
  }

  /**
   * The same model, of the same layout and initial values, that computes with this precision.
   *
   * @throws IllegalArgumentException if normalisation shall train on integers, and no layer can
   */
  public Model apply(Model model) {
    if (quantized.isEmpty()) {
      return model;
    }
    List<String> weighted = new ArrayList<>();
    weighted(model.layers(), weighted);
    List<String> kept =
        firstAndLast || weighted.isEmpty()
            ? List.of()
            : List.of(weighted.getFirst(), weighted.getLast());
    if (norms && !model.absolutelyNormalized()) {
      throw new IllegalArgumentException(
          "precision.normalization must be fp32 for "
              + model
              + ", which has no L1 batch normalisation, got integer; set model.normalization ="
              + " l1-batch, or leave it out");
    }
    return new Model(
        model.name(), model.classes(), quantized(model.layers(), kept, quantized.get()));
  }

  /** One line, part of a run's fingerprint. */
  public String describe() {
    return quantized
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "%s, bits %d/%d/%d, groups %d, gradient scale %s, weight scale %s, %s, first"
                        + " and last %s%s",
                    word(p.arm()),
                    p.weights(),
                    p.activations(),
                    p.gradients(),
                    p.groups(),
                    word(p.gradientScale()),
                    word(p.weightScale()),
                    p.stochastic() ? "stochastic" : "nearest",
                    firstAndLast ? "quantised" : "fp32",
                    norms ? ", normalisation integer" : ""))
        .orElse("fp32");
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void weighted(List<LayerSpec> layers, List<String> names) {
    for (LayerSpec layer : layers) {
      switch (layer) {
        case Conv2d _, Dense _ -> names.add(layer.name());
        case Residual residual -> {
          weighted(residual.branch(), names);
          weighted(residual.shortcut(), names);
        }
        default -> {}
      }
    }
  }

  private List<LayerSpec> quantized(
      List<LayerSpec> layers, List<String> kept, Precision precision) {
    return layers.stream()
        .map(
            layer ->
                switch (layer) {
                  case Conv2d conv when !kept.contains(conv.name()) ->
                      new QuantizedConv2d(conv, precision);
                  case Dense dense when !kept.contains(dense.name()) ->
                      new QuantizedDense(dense, precision);
                  case L1BatchNorm norm when norms -> new QuantizedL1BatchNorm(norm);
                  case Residual residual ->
                      new Residual(
                          residual.name(),
                          quantized(residual.branch(), kept, precision),
                          quantized(residual.shortcut(), kept, precision));
                  default -> layer;
                })
        .toList();
  }
}
