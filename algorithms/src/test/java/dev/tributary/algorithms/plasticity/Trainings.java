package dev.tributary.algorithms.plasticity;

import dev.tributary.algorithms.Toy;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.optim.LearningRateSchedule;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.StepHooks;
import java.util.Map;
import java.util.TreeMap;

/** Real trainings with a method, on the toy images. */
final class Trainings {
  static final Toy.Domain DATA = new Toy.Domain(0, 24);

  /** Convolutions and dense layers, each with a layer normalisation. */
  static final Model NORMALIZED =
      Toy.model(ModelFilling.BATCH_NORM, Map.of("name", "lite-cnn", "normalization", "layer"));

  /** The same without normalisation. */
  static final Model PLAIN =
      Toy.model(ModelFilling.BATCH_NORM, Map.of("name", "lite-cnn", "normalization", "none"));

  private Trainings() {}

  static PlasticityMethod method(String id, Map<String, Object> settings) {
    TreeMap<String, Object> all = new TreeMap<>(settings);
    all.put("name", id);
    return PlasticityCatalog.create(MapSettings.of(all));
  }

  static PlasticityStart start(Model model, long steps) {
    return new PlasticityStart(
        model, Toy.engine(), initial(model), DATA, Seeds.root(5).child("plasticity"), steps);
  }

  static ParameterVector initial(Model model) {
    return model.initial(Seeds.root(1));
  }

  /** Thirty steps of Adam, from the initial weights. */
  static ParameterVector trained(PlasticityMethod method, Model model) {
    return trained(method, model, 0, StepHook.NONE);
  }

  /** The same with a second hook beside the method's, for a learner that has learned before. */
  static ParameterVector trained(
      PlasticityMethod method, Model model, long steps, StepHook beside) {
    OptimizerOptions adam =
        new OptimizerOptions(
            OptimizerOptions.Kind.ADAM,
            0.003,
            0,
            false,
            0,
            0.9,
            0.999,
            1e-8,
            LearningRateSchedule.CONSTANT);
    LocalOptions options = new LocalOptions(10, 8, adam, LocalOptions.DropLast.AUTO);
    try (LocalTrainer trainer = new LocalTrainer(model, Toy.engine(), options);
        PlasticityHook hook = method.hook(start(model, steps))) {
      return trainer
          .train(initial(model), DATA, Seeds.root(2), StepHooks.both(hook, beside))
          .weights();
    }
  }

  /** The logits of the first examples in evaluation mode. */
  static float[] logits(Model model, ParameterVector weights) {
    int n = 8;
    float[] images = new float[n * model.input().size()];
    for (int i = 0; i < n; i++) {
      DATA.read(i, images, i * model.input().size());
    }
    try (var network = model.network(Toy.engine(), n)) {
      network.load(weights);
      Tensor input = network.input(n);
      input.copyIn(images, images.length);
      return network.forward(input, Pass.EVALUATION).toFloats();
    }
  }
}
