package dev.tributary.algorithms;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.LocalOptions;
import java.util.Map;
import java.util.TreeMap;

/** Small data and models on which the engine's own trainer takes milliseconds. */
public final class Toy {
  /** Three channels of 8 x 8. */
  public static final Shape IMAGE = Shape.of(3, 8, 8);

  private static final int CLASSES = 3;

  private Toy() {}

  /**
   * One client's images: noise around a pattern per class, scaled and shifted as only this domain
   * has it, so that clients' statistics differ.
   */
  public record Domain(int number, int size) implements Examples {
    @Override
    public Shape shape() {
      return IMAGE;
    }

    @Override
    public int classes() {
      return CLASSES;
    }

    @Override
    public int label(int index) {
      return index % CLASSES;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      Seeds seeds = Seeds.root(7);
      RandomStream pattern = seeds.child("class", label(index)).stream();
      RandomStream noise = seeds.child("domain", number).child("example", index).stream();
      for (int i = 0; i < IMAGE.size(); i++) {
        double value = pattern.nextGaussian() + 0.5 * noise.nextGaussian();
        target[offset + i] = (float) ((1 + number) * value + 2 * number);
      }
    }
  }

  /** A catalogue model, filled as {@code settings} say and otherwise as the algorithm wants. */
  public static Model model(ModelFilling filling, Map<String, Object> settings) {
    return ModelCatalog.build(ModelOptions.from(MapSettings.of(settings)), filling, IMAGE, CLASSES);
  }

  /** The convolutional model, filled as the algorithm wants. */
  public static Model convolutional(ModelFilling filling) {
    return model(filling, Map.of("name", "lite-cnn"));
  }

  /** Local training by plain gradient descent. */
  public static LocalOptions options(int epochs, int batch) {
    return new LocalOptions(epochs, batch, OptimizerOptions.sgd(0.05), LocalOptions.DropLast.AUTO);
  }

  /** The engine of all these tests. */
  public static Engine engine() {
    return Engine.create();
  }

  /** The algorithm of this name with these settings. */
  public static FederatedAlgorithm algorithm(String id, Map<String, Object> settings) {
    TreeMap<String, Object> all = new TreeMap<>(settings);
    all.put("name", id);
    return AlgorithmCatalog.create(MapSettings.of(all));
  }
}
