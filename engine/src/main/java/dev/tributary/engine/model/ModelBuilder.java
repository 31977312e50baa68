package dev.tributary.engine.model;

import dev.tributary.engine.kernels.Window;
import dev.tributary.engine.nn.Activation;
import dev.tributary.engine.nn.BatchNorm;
import dev.tributary.engine.nn.Conv2d;
import dev.tributary.engine.nn.Dense;
import dev.tributary.engine.nn.Dropout;
import dev.tributary.engine.nn.Flatten;
import dev.tributary.engine.nn.GroupNorm;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Pool2d;
import dev.tributary.engine.nn.WeightStandardization;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Chains layers, keeping track of the shape, with the slots filled as the options say. */
final class ModelBuilder {
  private static final int GROUPS_AT_MOST = 32;

  /** Fewer would leave little of a narrow layer: two features normalise to -1 and 1. */
  private static final int CHANNELS_PER_GROUP = 8;

  private final ModelOptions options;
  private final NormalizationKind normalization;
  private final ConvolutionKind convolution;
  private final boolean activationGain;
  private final List<LayerSpec> layers = new ArrayList<>();
  private Shape shape;
  private int convolutions;
  private int denses;
  private int norms;
  private int others;

  ModelBuilder(ModelOptions options, ModelFilling filling, Shape input) {
    this.options = options;
    this.normalization = options.normalization().orElse(filling.normalization());
    this.convolution = options.convolution().orElse(filling.convolution());
    this.activationGain = options.activationGain().orElse(filling.activationGain());
    this.shape = input;
  }

  /** Convolution, normalisation slot, activation. */
  ModelBuilder convolution(int channels, int size, int padding) {
    WeightStandardization rule =
        convolution == ConvolutionKind.WEIGHT_STANDARDIZED
            ? new WeightStandardization(
                options.standardizationDdof(), WeightStandardization.DEFAULT.floor())
            : null;
    String name = "conv" + ++convolutions;
    add(new Conv2d(name, shape, channels, Window.square(size, 1, padding), rule));
    return normalization().activation();
  }

  ModelBuilder maxPool(int size) {
    return add(new Pool2d("pool" + ++others, shape, Pool2d.Kind.MAX, Window.square(size, size, 0)));
  }

  ModelBuilder flatten() {
    return shape.rank() == 1 ? this : add(new Flatten("flat" + ++others, shape));
  }

  /** Dense layer, normalisation slot, activation, dropout slot. */
  ModelBuilder hidden(int width) {
    dense(width).normalization().activation();
    return options.dropout() == 0
        ? this
        : add(new Dropout("drop" + ++others, shape, options.dropout()));
  }

  Model classifier(String name, int classes) {
    dense(classes);
    return new Model(name, classes, layers);
  }

  private ModelBuilder dense(int width) {
    return add(new Dense("fc" + ++denses, shape.size(), width));
  }

  private ModelBuilder normalization() {
    String name = "norm" + ++norms;
    return switch (normalization) {
      case BATCH -> add(new BatchNorm(name, shape));
      case GROUP -> add(new GroupNorm(name, shape, groups(), 1e-5));
      case LAYER -> add(GroupNorm.layer(name, shape));
      case NONE -> this;
    };
  }

  private int groups() {
    int channels = shape.axis(0);
    if (options.groups() > 0) {
      return options.groups();
    }
    int groups = Math.max(1, Math.min(GROUPS_AT_MOST, channels / CHANNELS_PER_GROUP));
    while (channels % groups != 0) {
      groups--;
    }
    return groups;
  }

  private ModelBuilder activation() {
    double gain = activationGain ? options.activation().gain() : 1;
    return add(new Activation("act" + ++others, shape, options.activation(), gain));
  }

  private ModelBuilder add(LayerSpec layer) {
    layers.add(layer);
    shape = layer.output();
    return this;
  }
}
