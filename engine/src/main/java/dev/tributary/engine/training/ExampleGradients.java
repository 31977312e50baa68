package dev.tributary.engine.training;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;

/**
 * The gradient of a model's log-likelihood at single examples, with the model as it is in
 * evaluation: running statistics are constants and there is no dropout. Layers that multiply
 * integers are float32 here, for squares of randomly rounded gradients would be too large. To be
 * used by one thread, always the same; it has a network of its own for one sample.
 */
public final class ExampleGradients implements AutoCloseable {
  /** Draws nothing: there is no dropout, and no layer that rounds at random. */
  private static final Pass WITH_GRADIENTS = Pass.training(Seeds.root(0));

  private final Engine engine;
  private final Network network;
  private final Tensor logitGradients;
  private final float[] features;
  private final float[] gradient;
  private final int[] label = new int[1];
  private Tensor logits;

  /** Allocates the network. */
  ExampleGradients(Model model, Engine engine) {
    this.engine = engine;
    this.network = model.settled().network(engine, 1);
    this.logitGradients = Tensor.zeros(Shape.of(1, model.classes()), engine.type());
    this.logits = logitGradients;
    this.features = new float[model.input().size()];
    this.gradient = new float[model.layout().trainableSize()];
  }

  /** Sets all parameters. */
  void load(ParameterVector vector) {
    network.load(vector);
  }

  /** The model's probability of each class for an example, [classes]. */
  public double[] predict(Examples source, int index) {
    Reading.read(source, index, features, 0);
    Tensor input = network.input(1);
    input.copyIn(features, features.length);
    logits = network.forward(input, WITH_GRADIENTS);
    double[] p = logits.toDoubles();
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : p) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(p[c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  /**
   * Adds the square of each element of d log p(label | x) / d theta to {@code sum}, at the example
   * x of the last {@link #predict}.
   *
   * @param sum [trainable size], in the layout's order
   */
  public void addSquares(int ofLabel, double[] sum) {
    label[0] = ofLabel;
    engine.kernels().softmaxCrossEntropy(logits, label, logitGradients);
    network.backward(logitGradients, WITH_GRADIENTS);
    network.gradient().copyOut(gradient, gradient.length);
    for (int i = 0; i < gradient.length; i++) {
      sum[i] += (double) gradient[i] * gradient[i];
    }
  }

  @Override
  public void close() {
    network.close();
    logitGradients.close();
  }
}
