package dev.tributary.benchmarks.jobs;

import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A federated job by its published settings: federated averaging with plain SGD.
 *
 * @param name short, as in the result
 * @param model a name of the catalogue
 * @param normalization what the model's slots hold: {@code batch} or {@code none}
 * @param shape of an example
 * @param classes how many
 * @param clients how many there are
 * @param cohort how many train in a round
 * @param samples training examples of a client
 * @param batch examples a step
 * @param epochs local epochs
 * @param lr the learning rate
 * @param rounds of a full measurement
 * @param quickRounds of a quick one, &ge; 2: the first round is not steady
 */
record Job(
    String name,
    String model,
    String normalization,
    Shape shape,
    int classes,
    int clients,
    int cohort,
    int samples,
    int batch,
    int epochs,
    double lr,
    int rounds,
    int quickRounds) {

  /**
   * The jobs: FLUTE's MNIST and FEMNIST, BlazeFL's and pfl-research's CIFAR-10, FedBN's digits.
   * FLUTE's logistic regression has a sigmoid before the cross-entropy; here neither side has it.
   */
  static final List<Job> ALL =
      List.of(
          new Job("lr", "logistic", "none", Shape.of(784), 10, 1000, 10, 60, 10, 1, 0.03, 100, 50),
          new Job("blaze", "lenet", "none", rgb(32), 10, 100, 100, 500, 50, 5, 0.1, 3, 2),
          new Job("pfl", "cnn-dropout", "none", rgb(32), 10, 1000, 50, 50, 10, 1, 0.1, 5, 2),
          new Job(
              "femnist",
              "cnn-dropout",
              "none",
              Shape.of(1, 28, 28),
              62,
              3400,
              10,
              200,
              20,
              1,
              0.1,
              10,
              3),
          new Job("fedbn", "digit-cnn", "batch", rgb(28), 10, 5, 5, 743, 32, 1, 0.01, 4, 2));

  private static Shape rgb(int side) {
    return Shape.of(3, side, side);
  }

  /** The model's trainable numbers, which both sides must have alike. */
  int parameters() {
    Model built =
        ModelCatalog.build(
            ModelOptions.from(
                MapSettings.of(Map.of("name", model, "normalization", normalization))),
            ModelFilling.BATCH_NORM,
            shape,
            classes);
    return built.layout().trainableSize();
  }

  /** The job as a scenario, evaluated after its last round only. */
  String scenario(int rounds) {
    return """
    name = bench-%s
    data { source = noise, shape = %s, classes = %d, clients = %d, samples-per-client = %d }
    model { name = %s, normalization = %s }
    algorithm = fedavg
    federation {
      rounds = %d, clients-per-round = %d, local-epochs = %d, batch-size = %d
      optimizer { name = sgd, lr = %s }
    }
    evaluation { every = %d, splits = [test] }
    """
        .formatted(
            name,
            axes(),
            classes,
            clients,
            samples,
            model,
            normalization,
            rounds,
            cohort,
            epochs,
            batch,
            lr,
            rounds);
  }

  /** The job as the loop in benchmarks/peers/jobs.py reads it; more can be added. */
  Map<String, Object> fields(int rounds, int threads) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", model);
    fields.put("shape", axes());
    fields.put("classes", classes);
    fields.put("parameters", parameters());
    fields.put("clients", clients);
    fields.put("cohort", cohort);
    fields.put("samples", samples);
    fields.put("batch", batch);
    fields.put("epochs", epochs);
    fields.put("lr", lr);
    fields.put("rounds", rounds);
    fields.put("threads", threads);
    return fields;
  }

  private List<Integer> axes() {
    return IntStream.of(shape.toArray()).boxed().toList();
  }
}
