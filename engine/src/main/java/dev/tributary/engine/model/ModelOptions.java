package dev.tributary.engine.model;

import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The {@code model} section of a scenario.
 *
 * @param name a name of {@link ModelCatalog}; key {@code name}, default lite-cnn
 * @param normalization what fills the normalisation slots; empty for what the algorithm wants; key
 *     {@code normalization}: a {@link NormalizationKind} or auto (default)
 * @param norms what fills them is made with
 * @param convolution what fills the convolution slots; empty for what the algorithm wants; key
 *     {@code convolution}: plain, weight-standardized or auto (default)
 * @param standardizationDdof the ddof of weight standardisation, 0 or 1; key {@code
 *     standardization-ddof}, default 0
 * @param activation the activation function; key {@code activation}, default relu
 * @param activationGain whether activations are multiplied by their {@link ActivationKind#gain};
 *     empty for what the algorithm wants; key {@code activation-gain}: on, off or auto (default)
 * @param dropout the rate of dropout after hidden dense layers, in [0, 1); key {@code dropout},
 *     default the model's own: 0.5 for cnn-dropout, else 0
 * @param convolutionDropout the rate of dropout after the convolutions of a model that has such a
 *     slot, in [0, 1); key {@code convolution-dropout}, only of cnn-dropout, default 0.25
 * @param width the filters of a residual model's first stage, each later stage has twice as many;
 *     key {@code width}, only of resnet-18 (default 64) and resnet-20 (default 16); 0 elsewhere
 * @param hidden the widths of the hidden layers of mlp, at least one; key {@code hidden}, default
 *     [200, 200]
 */
public record ModelOptions(
    String name,
    Optional<NormalizationKind> normalization,
    NormalizationOptions norms,
    Optional<ConvolutionKind> convolution,
    int standardizationDdof,
    ActivationKind activation,
    Optional<Boolean> activationGain,
    double dropout,
    double convolutionDropout,
    int width,
    List<Integer> hidden) {

  private static final String AUTO = "auto";

  /** Copies the list. */
  public ModelOptions {
    hidden = List.copyOf(hidden);
  }

  /** Reads and checks a section. */
  public static ModelOptions from(Settings settings) {
    String name = settings.text("name", "lite-cnn");
    settings.require(
        ModelCatalog.names().contains(name),
        "name",
        "one of " + String.join(", ", ModelCatalog.names()),
        name);
    int ddof = settings.integer("standardization-ddof", 0);
    settings.require(ddof == 0 || ddof == 1, "standardization-ddof", "0 or 1", ddof);
    OptionalDouble slot = ModelCatalog.convolutionDropout(name);
    return new ModelOptions(
        name,
        autoOr(settings, "normalization", NormalizationKind.BATCH),
        NormalizationOptions.from(settings),
        autoOr(settings, "convolution", ConvolutionKind.PLAIN),
        ddof,
        settings.choice("activation", ActivationKind.RELU),
        gain(settings),
        rate(settings, "dropout", ModelCatalog.dropout(name)),
        slot.isPresent() ? rate(settings, "convolution-dropout", slot.getAsDouble()) : 0,
        filters(settings, ModelCatalog.width(name)),
        settings.texts("hidden", List.of("200", "200")).stream()
            .map(t -> width(settings, t))
            .toList());
  }

  /** Whether the scenario itself asks for this normalisation. */
  public boolean isNormalized(NormalizationKind kind) {
    return normalization.equals(Optional.of(kind));
  }

  /**
   * These options with this number of tasks for AdaB2N where the scenario leaves it to the stream.
   */
  public ModelOptions withTasks(int tasks) {
    return new ModelOptions(
        name,
        normalization,
        norms.withTasks(tasks),
        convolution,
        standardizationDdof,
        activation,
        activationGain,
        dropout,
        convolutionDropout,
        width,
        hidden);
  }

  private static int filters(Settings settings, int fallback) {
    if (fallback == 0) {
      return 0;
    }
    int filters = settings.integer("width", fallback);
    settings.require(filters >= 1, "width", ">= 1", filters);
    return filters;
  }

  private static <E extends Enum<E>> Optional<E> autoOr(Settings settings, String key, E any) {
    return settings.text(key, AUTO).equals(AUTO)
        ? Optional.empty()
        : Optional.of(settings.choice(key, any));
  }

  private static Optional<Boolean> gain(Settings settings) {
    String word = settings.text("activation-gain", AUTO);
    return switch (word) {
      case AUTO -> Optional.empty();
      case "on", "true" -> Optional.of(true);
      case "off", "false" -> Optional.of(false);
      default -> throw settings.mustBe("activation-gain", "one of on, off, auto", word);
    };
  }

  private static double rate(Settings settings, String key, double fallback) {
    double rate = settings.number(key, fallback);
    settings.require(rate >= 0 && rate < 1, key, "in [0, 1)", rate);
    return rate;
  }

  private static int width(Settings settings, String text) {
    try {
      int width = Integer.parseInt(text);
      settings.require(width >= 1, "hidden", "widths >= 1", text);
      return width;
    } catch (NumberFormatException e) {
      throw settings.mustBe("hidden", "a list of whole numbers", text);
    }
  }
}
