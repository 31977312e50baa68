package dev.tributary.benchmarks.step;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.NetworkMemory;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Locale;

/** What a network holds that was made for one size of batch and has done steps of it. */
final class StepMemory {
  private StepMemory() {}

  /** Two steps of plain descent, and what is held then; the same on every run of a machine. */
  static NetworkMemory of(Model model, int batch) {
    Engine engine = Engine.create();
    engine.enter();
    Seeds seeds = Seeds.root(1);
    try (Network network = model.network(engine, batch);
        Tensor dy = Tensor.zeros(Shape.of(batch, model.classes()))) {
      network.load(model.initial(seeds.child("model")));
      Pass pass = Pass.steps(seeds);
      for (int step = 0; step < 2; step++) {
        pass.next(0.01);
        network.forward(network.input(batch), pass);
        network.descend(dy, pass);
      }
      return network.memory();
    }
  }

  /** In megabytes of a million bytes. */
  static double megabytes(long bytes) {
    return bytes / 1e6;
  }

  /** The parts. */
  static String parts(NetworkMemory m) {
    return String.format(
        Locale.ROOT,
        "weights %.2f, gradients %.2f, activations %.2f, codes %.2f, scratch %.2f",
        megabytes(m.parameters()),
        megabytes(m.gradients()),
        megabytes(m.activations()),
        megabytes(m.codes()),
        megabytes(m.scratch()));
  }
}
