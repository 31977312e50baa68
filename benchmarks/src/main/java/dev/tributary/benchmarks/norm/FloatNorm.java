package dev.tributary.benchmarks.norm;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.nn.Initialization;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Tensor;
import java.util.List;

/** A layer of float32 in training, as a network of it alone. */
final class FloatNorm implements Contender {
  private final Pass pass = Pass.training(Seeds.root(1));
  private final Engine engine;
  private final int batch;
  private final Network network;
  private final Tensor gradient;

  FloatNorm(LayerSpec layer, int batch, Engine engine) {
    this.engine = engine;
    this.batch = batch;
    this.network = new Network(List.of(layer), engine, batch, true);
    Initialization values = new Initialization(network.layout(), Seeds.root(1));
    layer.initialize(values);
    network.load(values.vector());
    Tensor input = network.input(batch);
    float[] noise = new float[input.size()];
    RandomStream random = Seeds.root(2).stream();
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    input.copyIn(noise, noise.length);
    // Zeros stay zeros where a layer overwrites them; other numbers would drift to denormal ones.
    this.gradient = Tensor.zeros(layer.output().prepend(batch));
  }

  @Override
  public void pass() {
    engine.enter();
    network.forward(network.input(batch), pass);
    network.backward(gradient, pass);
  }

  @Override
  public void close() {
    network.close();
    gradient.close();
  }
}
