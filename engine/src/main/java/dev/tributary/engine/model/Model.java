package dev.tributary.engine.model;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.nn.AlphaBatchNorm;
import dev.tributary.engine.nn.Dropout;
import dev.tributary.engine.nn.Initialization;
import dev.tributary.engine.nn.L1BatchNorm;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.QuantizedL1BatchNorm;
import dev.tributary.engine.nn.QuantizedLayer;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.nn.RunningNorm;
import dev.tributary.engine.nn.SettledL1Norm;
import dev.tributary.engine.nn.SourceWeight;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A classifier as a description: layers, shapes and parameters, without memory. Immutable and safe
 * to share; {@link #network} makes a live one.
 */
public final class Model {
  private final String name;
  private final Shape input;
  private final int classes;
  private final List<LayerSpec> layers;
  private final ParameterLayout layout;

  /**
   * A model of these layers.
   *
   * @param name the name in scenario files
   * @param classes the number of classes: what the last layer gives
   * @param layers the chain, at least one layer
   */
  public Model(String name, int classes, List<LayerSpec> layers) {
    this.name = name;
    this.input = layers.getFirst().input();
    this.classes = classes;
    this.layers = List.copyOf(layers);
    this.layout = Network.layout(layers);
    if (!layers.getLast().output().equals(Shape.of(classes))) {
      throw new IllegalArgumentException(
          "the last layer of "
              + name
              + " must give "
              + classes
              + " logits, gives "
              + layers.getLast().output());
    }
  }

  /** The name in scenario files. */
  public String name() {
    return name;
  }

  /** The shape of one sample. */
  public Shape input() {
    return input;
  }

  /** The number of classes. */
  public int classes() {
    return classes;
  }

  /** The chain of layers. */
  public List<LayerSpec> layers() {
    return layers;
  }

  /** The parameters' order. */
  public ParameterLayout layout() {
    return layout;
  }

  /** Whether any layer takes statistics over a training batch. */
  public boolean batchNormalized() {
    return anywhere(layers, l -> l instanceof RunningNorm) || absolutelyNormalized();
  }

  /** Whether any layer is an {@link L1BatchNorm}, or trains as one on integers. */
  public boolean absolutelyNormalized() {
    return anywhere(layers, l -> l instanceof L1BatchNorm || l instanceof QuantizedL1BatchNorm);
  }

  /**
   * The same model with the same layout for test time: every {@link RunningNorm}, within residuals
   * too, mixes its running statistics with the batch's, and there is no dropout in any pass.
   *
   * @param weight the weight of the running statistics
   * @param unbiased whether the batch's variance divides by n - 1
   * @param mixture whether the variance is that of the mixture; see {@link AlphaBatchNorm}
   * @throws IllegalArgumentException if no layer has a running variance, or one has the running
   *     absolute deviation of {@link L1BatchNorm}
   */
  public Model adaptable(SourceWeight weight, boolean unbiased, boolean mixture) {
    if (absolutelyNormalized()) {
      throw new IllegalArgumentException(
          this
              + " is normalised by absolute deviations, which test-time adaptation does not mix;"
              + " train it with model.normalization = batch, or test without adaptation (source)");
    }
    if (!batchNormalized()) {
      throw new IllegalArgumentException(
          this
              + " has no layer with running statistics, so a batch's statistics can replace none;"
              + " train it with model.normalization = batch, or test without adaptation (source)");
    }
    return new Model(
        name,
        classes,
        atTestTime(
            layers,
            norm -> new AlphaBatchNorm(norm, weight, unbiased, mixture),
            UnaryOperator.identity()));
  }

  /**
   * The same model with the same layout that gives in every pass what evaluation gives: running
   * statistics are constants, there is no dropout, and layers that multiply integers are their
   * float32 sources, whose gradients draw nothing.
   */
  public Model settled() {
    return new Model(
        name,
        classes,
        atTestTime(
            layers,
            norm -> new AlphaBatchNorm(norm, SourceWeight.fixed(1), false, false),
            QuantizedLayer::source));
  }

  private static List<LayerSpec> atTestTime(
      List<LayerSpec> chain,
      Function<RunningNorm, LayerSpec> mixed,
      UnaryOperator<LayerSpec> other) {
    return chain.stream()
        .filter(layer -> !(layer instanceof Dropout))
        .map(
            layer ->
                switch (layer) {
                  case RunningNorm norm -> mixed.apply(norm);
                  case L1BatchNorm norm -> new SettledL1Norm(norm);
                  case QuantizedL1BatchNorm norm -> new SettledL1Norm(norm.source());
                  case Residual r ->
                      new Residual(
                          r.name(),
                          atTestTime(r.branch(), mixed, other),
                          atTestTime(r.shortcut(), mixed, other));
                  default -> other.apply(layer);
                })
        .toList();
  }

  /** The initial parameters; each tensor draws from the seeds' child of its own name. */
  public ParameterVector initial(Seeds seeds) {
    Initialization values = new Initialization(layout, seeds);
    layers.forEach(l -> l.initialize(values));
    return values.vector();
  }

  /** A live network for batches of up to {@code batch} samples. */
  public Network network(Engine engine, int batch) {
    return new Network(layers, engine, batch, false);
  }

  /** The model for people: a line per layer with its output and its number of parameters. */
  public String describe() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%s: %s -> %d classes, %,d trainable parameters",
            name,
            input,
            classes,
            layout.trainableSize()));
    int fixed = layout.size() - layout.trainableSize();
    table.append(fixed == 0 ? "" : String.format(Locale.ROOT, " and %,d statistics", fixed));
    for (LayerSpec layer : layers) {
      table.append(
          String.format(
              Locale.ROOT,
              "%n  %-8s %-48s %-14s %,12d",
              layer.name(),
              layer.describe(),
              layer.output(),
              Network.layout(List.of(layer)).trainableSize()));
    }
    return table.append(System.lineSeparator()).toString();
  }

  @Override
  public String toString() {
    return "model " + name + " " + input + " -> " + classes;
  }

  /** Whether a layer of the chain, within residuals too, is one of these. */
  private static boolean anywhere(List<LayerSpec> chain, Predicate<LayerSpec> these) {
    return chain.stream()
        .anyMatch(
            layer ->
                layer instanceof Residual r
                    ? anywhere(r.branch(), these) || anywhere(r.shortcut(), these)
                    : these.test(layer));
  }
}
