package dev.tributary.engine.model;

import dev.tributary.engine.nn.Activation;
import dev.tributary.engine.nn.AdaB2N;
import dev.tributary.engine.nn.AdaptiveAvgPool2d;
import dev.tributary.engine.nn.BatchNorm;
import dev.tributary.engine.nn.Conv2d;
import dev.tributary.engine.nn.Dense;
import dev.tributary.engine.nn.Dropout;
import dev.tributary.engine.nn.Flatten;
import dev.tributary.engine.nn.GroupNorm;
import dev.tributary.engine.nn.L1BatchNorm;
import dev.tributary.engine.nn.L1GroupNorm;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Pool2d;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.nn.SkipInit;
import dev.tributary.engine.nn.WeightStandardization;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Window;
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
  private List<LayerSpec> layers = new ArrayList<>();
  private Shape shape;
  private int convolutions;
  private int projections;
  private int blocks;
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

  /** Rows of the image so far, or columns if there are fewer. */
  int side() {
    return shape.rank() == 3 ? Math.min(shape.axis(1), shape.axis(2)) : 1;
  }

  /** Convolution with stride 1, normalisation slot, activation. */
  ModelBuilder convolution(int channels, int size, int padding) {
    return convolution(channels, size, 1, padding);
  }

  /** Convolution, normalisation slot, activation. */
  ModelBuilder convolution(int channels, int size, int stride, int padding) {
    return convolve("conv" + ++convolutions, channels, Window.square(size, stride, padding))
        .normalization()
        .activation();
  }

  /**
   * A basic block of He et al.: two 3x3 convolutions beside a shortcut, activation after the sum.
   * Where the shape changes, the shortcut is a 1x1 convolution (their option B); without
   * normalisation the branch ends with a {@link SkipInit} gain.
   */
  ModelBuilder basicBlock(int channels, int stride) {
    List<LayerSpec> before = layers;
    Shape from = shape;
    layers = new ArrayList<>();
    convolution(channels, 3, stride, 1);
    convolve("conv" + ++convolutions, channels, Window.square(3, 1, 1)).normalization();
    String name = "block" + ++blocks;
    if (normalization == NormalizationKind.NONE) {
      add(new SkipInit(name, shape));
    }
    List<LayerSpec> branch = layers;
    Shape to = shape;
    layers = new ArrayList<>();
    shape = from;
    if (!from.equals(to)) {
      convolve("proj" + ++projections, channels, Window.square(1, stride, 0)).normalization();
    }
    List<LayerSpec> shortcut = layers;
    layers = before;
    return add(new Residual(name, branch, shortcut)).activation();
  }

  /** Maximum of windows that do not overlap. */
  ModelBuilder maxPool(int size) {
    return maxPool(size, size, 0);
  }

  ModelBuilder maxPool(int size, int stride, int padding) {
    Window window = Window.square(size, stride, padding);
    return add(new Pool2d("pool" + ++others, shape, Pool2d.Kind.MAX, window));
  }

  /** Means over a grid of {@code side} by {@code side} cells. */
  ModelBuilder averagePool(int side) {
    return add(new AdaptiveAvgPool2d("pool" + ++others, shape, side, side));
  }

  /** The dropout slot among convolutions. */
  ModelBuilder convolutionDropout() {
    return dropout(options.convolutionDropout());
  }

  ModelBuilder flatten() {
    return shape.rank() == 1 ? this : add(new Flatten("flat" + ++others, shape));
  }

  /** Dense layer, normalisation slot, activation, dropout slot. */
  ModelBuilder hidden(int width) {
    return dense(width).normalization().activation().dropout(options.dropout());
  }

  Model classifier(String name, int classes) {
    dense(classes);
    return new Model(name, classes, layers);
  }

  private ModelBuilder dense(int width) {
    return add(new Dense("fc" + ++denses, shape.size(), width));
  }

  private ModelBuilder convolve(String name, int channels, Window window) {
    WeightStandardization rule =
        convolution == ConvolutionKind.WEIGHT_STANDARDIZED
            ? new WeightStandardization(
                options.standardizationDdof(), WeightStandardization.DEFAULT.floor())
            : null;
    return add(new Conv2d(name, shape, channels, window, rule));
  }

  private ModelBuilder normalization() {
    String name = "norm" + ++norms;
    return switch (normalization) {
      case BATCH -> add(new BatchNorm(name, shape));
      case GROUP -> add(new GroupNorm(name, shape, groups(), 1e-5));
      case LAYER -> add(GroupNorm.layer(name, shape));
      case INSTANCE ->
          shape.size() > shape.axis(0)
              ? add(GroupNorm.instance(name, shape))
              : add(GroupNorm.layer(name, shape));
      case CONTINUAL ->
          add(new GroupNorm("gnorm" + norms, shape, groups(), 1e-5, false))
              .add(new BatchNorm(name, shape, 0.1, 1e-5, options.norms().affine()));
      case ADAB2N -> add(adaB2N(name));
      case L1_BATCH -> add(new L1BatchNorm(name, shape, options.norms().l1Constant()));
      case L1_LAYER -> add(L1GroupNorm.layer(name, shape, options.norms().l1Constant()));
      case NONE -> this;
    };
  }

  private AdaB2N adaB2N(String name) {
    NormalizationOptions of = options.norms();
    if (of.tasks() < 1) {
      throw new IllegalArgumentException(
          "normalization = adab2n weighs tasks, and nobody has said how many there are; set"
              + " model.tasks to the number of tasks of the stream");
    }
    return new AdaB2N(name, shape, of.tasks(), of.kappa(), of.renormalise());
  }

  private int groups() {
    int channels = shape.axis(0);
    if (options.norms().groups() > 0) {
      return options.norms().groups();
    }
    int groups = Math.max(1, Math.min(GROUPS_AT_MOST, channels / CHANNELS_PER_GROUP));
    while (channels % groups != 0) {
      groups--;
    }
    return groups;
  }

  private ModelBuilder dropout(double rate) {
    return rate == 0 ? this : add(new Dropout("drop" + ++others, shape, rate));
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
