package dev.tributary.engine.model;

import dev.tributary.engine.tensor.Shape;
import java.util.List;

/**
 * The models by name. Each is a few lines here: blocks whose slots for normalisation, convolution,
 * activation and dropout {@link ModelOptions} and {@link ModelFilling} fill.
 */
public final class ModelCatalog {
  private ModelCatalog() {}

  /** The names, sorted. */
  public static List<String> names() {
    return List.of("digit-cnn", "lenet", "lite-cnn", "logistic", "mlp");
  }

  /** What a model is, in one line. */
  public static String summary(String name) {
    return switch (name) {
      case "digit-cnn" ->
          "the six-layer CNN of FedBN's digits (Li et al., 2021), 14.2 M parameters";
      case "lenet" -> "LeNet-5 (LeCun et al., 1998) with maximum pooling, 62 k parameters";
      case "lite-cnn" -> "digit-cnn's shape at a fiftieth of its size, 282 k parameters";
      case "logistic" -> "multinomial logistic regression";
      case "mlp" -> "dense layers of the widths in model.hidden";
      default -> throw unknown(name);
    };
  }

  /**
   * Builds a model.
   *
   * @param options the scenario's {@code model} section
   * @param filling what the algorithm wants where the scenario says auto
   * @param input the shape of one sample
   * @param classes the number of classes, &ge; 2
   */
  public static Model build(ModelOptions options, ModelFilling filling, Shape input, int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException("a classifier needs at least 2 classes, got " + classes);
    }
    ModelBuilder b = new ModelBuilder(options, filling, input);
    switch (options.name()) {
      case "digit-cnn" -> digits(b, 64, 128, 2048, 512);
      case "lite-cnn" -> digits(b, 16, 32, 160, 64);
      case "lenet" ->
          b.convolution(6, 5, 2)
              .maxPool(2)
              .convolution(16, 5, 0)
              .maxPool(2)
              .flatten()
              .hidden(120)
              .hidden(84);
      case "mlp" -> {
        b.flatten();
        options.hidden().forEach(b::hidden);
      }
      case "logistic" -> b.flatten();
      default -> throw unknown(options.name());
    }
    return b.classifier(options.name(), classes);
  }

  /**
   * FedBN's DigitModel: three 5x5 convolutions, pooling after the first two, three dense layers.
   */
  private static void digits(ModelBuilder b, int narrow, int wide, int first, int second) {
    b.convolution(narrow, 5, 2)
        .maxPool(2)
        .convolution(narrow, 5, 2)
        .maxPool(2)
        .convolution(wide, 5, 2)
        .flatten()
        .hidden(first)
        .hidden(second);
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "no model is named " + name + "; there are " + String.join(", ", names()));
  }
}
