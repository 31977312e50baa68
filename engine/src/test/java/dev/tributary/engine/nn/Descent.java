package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.List;

/** A few steps of plain gradient descent, for comparing bits. */
final class Descent {
  private Descent() {}

  /**
   * The parameters of a chain after three steps at rate 0.05, on inputs and output gradients from
   * [-0.5, 0.5).
   *
   * @param chain from initial values by {@code seeds}, which draw all else, too
   */
  static float[] trained(List<LayerSpec> chain, Engine engine, int batch, Seeds seeds) {
    engine.enter();
    Initialization values = new Initialization(Network.layout(chain), seeds);
    chain.forEach(l -> l.initialize(values));
    Shape output = chain.getLast().output().prepend(batch);
    try (Network network = new Network(chain, engine, batch, false);
        Tensor dy = Tensor.zeros(output)) {
      network.load(values.vector());
      Pass pass = Pass.steps(seeds);
      for (int i = 0; i < 3; i++) {
        pass.next(0.05);
        Tensor input = network.input(batch);
        input.set(drawn(input.size(), seeds.child("drawn", i)));
        network.forward(network.input(batch), pass);
        dy.set(drawn(dy.size(), seeds.child("drawn", 10 + i)));
        network.descend(dy, pass);
      }
      return network.save().toArray();
    }
  }

  private static float[] drawn(int count, Seeds seeds) {
    RandomStream stream = seeds.stream();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (stream.nextDouble() - 0.5);
    }
    return values;
  }
}
