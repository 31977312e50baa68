package dev.tributary.benchmarks.jobs;

import dev.tributary.datasets.DataLayout;
import dev.tributary.datasets.DataStatus;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.scenarios.output.Json;
import java.util.List;
import java.util.Map;

/**
 * A job on real images, cut at random into clients of equal size. The tenth of the training part
 * that a run keeps for validation is not trained on.
 *
 * @param settings those of the job
 * @param data the id of the data set
 */
record RealJob(Job settings, String data) {

  /** MNIST for lr, CIFAR-10 for blaze and pfl, EMNIST's letters for femnist. */
  static final List<RealJob> ALL =
      List.of(
          new RealJob(
              new Job("lr", "logistic", "none", gray(), 10, 900, 10, 60, 10, 1, 0.03, 40, 20),
              "mnist"),
          new RealJob(
              new Job("blaze", "lenet", "none", rgb(), 10, 100, 100, 108, 50, 5, 0.1, 4, 3),
              "cifar10"),
          new RealJob(
              new Job("pfl", "cnn-dropout", "none", rgb(), 10, 216, 50, 50, 10, 1, 0.1, 10, 5),
              "cifar10"),
          new RealJob(
              new Job("femnist", "cnn-dropout", "none", gray(), 26, 50, 10, 180, 20, 1, 0.1, 10, 5),
              "emnist-letters"));

  private static Shape gray() {
    return Shape.of(1, 28, 28);
  }

  private static Shape rgb() {
    return Shape.of(3, 32, 32);
  }

  /** The job as a scenario. */
  String scenario(int rounds, int seed) {
    return """
    %s
    seed = %d
    data = null
    data { source = %s, split = iid, clients = %d, train-samples = %d }
    """
        .formatted(
            settings.scenario(rounds),
            seed,
            data,
            settings.clients(),
            settings.clients() * settings.samples());
  }

  /** The job as the loop reads it. */
  String loop(int rounds, int seed, DataStatus.Present files) {
    Map<String, Object> fields = settings.fields(rounds, 1);
    fields.put("seed", seed);
    fields.put("form", files.layout().format().name());
    fields.put(
        "files",
        files.layout().train().stream()
            .map(name -> DataLayout.find(files.folder(), name).orElseThrow().toString())
            .toList());
    return Json.line(fields);
  }
}
