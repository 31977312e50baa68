package dev.tributary.benchmarks.layers;

import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.nn.Flatten;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The layers that are measured, by model and name: {@code lite-cnn/conv1}. */
final class Subjects {
  private static final List<String> MODELS = List.of("digit-cnn", "lite-cnn");

  private Subjects() {}

  /** All of them, in the models' order; flattening, which computes nothing, is left out. */
  static Map<String, LayerSpec> all() {
    Map<String, LayerSpec> all = new LinkedHashMap<>();
    for (String name : MODELS) {
      for (LayerSpec layer : model(name).layers()) {
        if (!(layer instanceof Flatten)) {
          all.put(name + "/" + layer.name(), layer);
        }
      }
    }
    return all;
  }

  /** One of them. */
  static LayerSpec named(String subject) {
    LayerSpec layer = all().get(subject);
    if (layer == null) {
      throw new IllegalArgumentException(
          "no layer is named " + subject + "; there are " + String.join(", ", all().keySet()));
    }
    return layer;
  }

  private static Model model(String name) {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(Map.of("name", name))),
        ModelFilling.BATCH_NORM,
        Shape.of(3, 28, 28),
        10);
  }
}
