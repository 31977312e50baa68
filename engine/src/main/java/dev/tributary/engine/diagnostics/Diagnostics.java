package dev.tributary.engine.diagnostics;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.Stage;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a model with these weights stands: layer by layer the size of its weights and what its units
 * do on a probe, and how many dimensions its last features fill. Signs of a loss of plasticity.
 *
 * @param layers in the order of the model's layers, blocks' branches before their shortcuts
 * @param effectiveRank the {@link EffectiveRank} of what the last layer sees, over the first
 *     {@value #RANK_EXAMPLES} examples of the probe
 * @param featureWidth the most that rank could be if there were examples enough
 * @param examples how many examples the probe had
 */
public record Diagnostics(
    List<LayerDiagnostics> layers, double effectiveRank, int featureWidth, int examples) {
  /** At or below this score a unit is dormant. */
  public static final double DORMANT = 0.025;

  /** The rank is of at most so many examples' features. */
  public static final int RANK_EXAMPLES = 256;

  private static final int BATCH = 64;

  /** Copies the list. */
  public Diagnostics {
    layers = List.copyOf(layers);
  }

  /**
   * Takes the measures, in evaluation mode.
   *
   * @param weights the whole model
   * @param probe where the examples are taken from, evenly over its order
   * @param limit the most examples to take, &ge; 1
   */
  public static Diagnostics of(
      Model model, Engine engine, ParameterVector weights, Examples probe, int limit) {
    int n = Math.min(limit, probe.size());
    if (n < 1) {
      throw new IllegalArgumentException(
          "a diagnosis needs at least one example, got a limit of "
              + limit
              + " and a probe of "
              + probe.size());
    }
    int[] indices = new int[n];
    for (int i = 0; i < n; i++) {
      indices[i] = (int) ((long) i * probe.size() / n);
    }
    try (Probe network = new Probe(model, engine, Math.min(n, BATCH))) {
      network.load(weights);
      network.run(probe, indices, false);
      List<float[]> features = network.features();
      return new Diagnostics(
          layers(model, weights, network),
          EffectiveRank.of(features.subList(0, Math.min(n, RANK_EXAMPLES))),
          features.getFirst().length,
          n);
    }
  }

  private static List<LayerDiagnostics> layers(
      Model model, ParameterVector weights, Probe network) {
    List<LayerDiagnostics> layers = new ArrayList<>();
    for (Stage stage : Stage.of(model)) {
      Optional<ParameterSpec> weight = Stage.tensor(model.layout(), stage.weighted(), Role.WEIGHT);
      Optional<UnitActivity> activity =
          Optional.ofNullable(stage.activation()).map(network::activity);
      layers.add(
          new LayerDiagnostics(
              stage.name(),
              weight.map(s -> norm(weights.toArray(s))).orElse(0.0),
              stage.units(),
              activity.map(UnitActivity::dead).orElse(0),
              activity.map(a -> a.dormant(DORMANT)).orElse(0)));
    }
    return layers;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
