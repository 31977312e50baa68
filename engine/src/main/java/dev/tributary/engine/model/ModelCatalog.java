package dev.tributary.engine.model;

import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The models by name. Each is a few lines: blocks whose slots for normalisation, convolution,
 * activation and dropout {@link ModelOptions} and {@link ModelFilling} fill.
 */
public final class ModelCatalog {
  private ModelCatalog() {}

  /** The names, sorted. */
  public static List<String> names() {
    return List.of(
        "alexnet",
        "alexnet-64",
        "cnn-dropout",
        "digit-cnn",
        "lenet",
        "lite-cnn",
        "logistic",
        "mlp",
        "resnet-18",
        "resnet-20");
  }

  /** What a model is, in one line; sizes are those without normalisation, with 10 classes. */
  public static String summary(String name) {
    return switch (name) {
      case "alexnet" ->
          "AlexNet with FedBN's normalisation slots, for photographs of 63 pixels a side and more,"
              + " 57.0 M parameters";
      case "alexnet-64" -> "AlexNet's shape for images of 64 pixels, 1.60 M parameters";
      case "cnn-dropout" ->
          "the two-layer CNN with dropout of EMNIST comparisons (Reddi et al., 2021),"
              + " 1.63 M parameters at 3x32x32";
      case "digit-cnn" ->
          "the six-layer CNN of FedBN's digits (Li et al., 2021), 14.2 M parameters";
      case "lenet" ->
          "LeNet-5 (LeCun et al., 1998) with maximum pooling, 62 k parameters at 28 or 32 pixels";
      case "lite-cnn" -> "digit-cnn's shape at a fiftieth of its size, 282 k parameters";
      case "logistic" -> "multinomial logistic regression";
      case "mlp" -> "dense layers of the widths in model.hidden";
      case "resnet-18" ->
          "ResNet-18 (He et al., 2016), 11.2 M parameters; model.width sets its 64 filters";
      case "resnet-20" ->
          "ResNet-20 for CIFAR (He et al., 2016) with 1x1 shortcuts, 272 k parameters; model.width"
              + " sets its 16 filters";
      default -> throw unknown(name);
    };
  }

  /** The rate of dropout after hidden dense layers that is part of a model's definition. */
  static double dropout(String name) {
    return name.equals("cnn-dropout") ? 0.5 : 0;
  }

  /** The rate of dropout among the convolutions; empty where a model has no such slot. */
  static OptionalDouble convolutionDropout(String name) {
    return name.equals("cnn-dropout") ? OptionalDouble.of(0.25) : OptionalDouble.empty();
  }

  /** The filters of the first stage that are part of a model's definition; 0 for other models. */
  static int width(String name) {
    return switch (name) {
      case "resnet-18" -> 64;
      case "resnet-20" -> 16;
      default -> 0;
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
      case "alexnet" -> ConvolutionalModels.alexnet(b);
      case "alexnet-64" -> ConvolutionalModels.alexnet64(b);
      case "cnn-dropout" -> ConvolutionalModels.cnnDropout(b);
      case "digit-cnn" -> ConvolutionalModels.digits(b, 64, 128, 2048, 512);
      case "lenet" -> ConvolutionalModels.lenet(b);
      case "lite-cnn" -> ConvolutionalModels.digits(b, 16, 32, 160, 64);
      case "logistic" -> b.flatten();
      case "mlp" -> {
        b.flatten();
        options.hidden().forEach(b::hidden);
      }
      case "resnet-18" -> ResidualModels.resnet18(b, options.width());
      case "resnet-20" -> ResidualModels.resnet20(b, options.width());
      default -> throw unknown(options.name());
    }
    return b.classifier(options.name(), classes);
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "no model is named " + name + "; there are " + String.join(", ", names()));
  }
}
