package dev.tributary.benchmarks.step;

import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.PythonPeer;
import dev.tributary.datasets.noise.NoisePool;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * A model to step.
 *
 * @param name of the catalogue
 * @param input of one sample
 * @param normalization what its blocks have; LeNet is meant as it was published, without
 */
record Subject(String name, Shape input, String normalization) {
  private static final int CLASSES = 10;

  /** A whole number of batches of 10 and of 32. */
  private static final int EXAMPLES = 640;

  Model model() {
    ModelOptions options =
        ModelOptions.from(MapSettings.of(Map.of("name", name, "normalization", normalization)));
    return ModelCatalog.build(options, ModelFilling.BATCH_NORM, input, CLASSES);
  }

  Examples examples() {
    return new NoisePool(input, CLASSES, Seeds.root(1).child("noise"))
        .examples(EXAMPLES, Seeds.root(1).child("examples"));
  }

  /**
   * The milliseconds of PyTorch's step; it refuses where it cannot build a model with as many
   * parameters as ours.
   *
   * @param layout plain or channels-last
   */
  double ask(PythonPeer peer, int batch, int threads, String layout, double seconds)
      throws OpponentException {
    Map<?, ?> answer =
        peer.ask(
            Map.of(
                "op", "step",
                "model", name,
                "shape", List.of(input.axis(0), input.axis(1), input.axis(2)),
                "classes", CLASSES,
                "parameters", model().layout().trainableSize(),
                "batch", batch,
                "threads", threads,
                "layout", layout,
                "seconds", seconds));
    return PythonPeer.number(answer, "milliseconds");
  }
}
