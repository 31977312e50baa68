package dev.tributary.algorithms.testtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.Toy;
import dev.tributary.algorithms.testtime.TestTimeAdapter.Session;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.ConvolutionKind;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.nn.SourceWeight;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.StepHook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the methods promise, on a model trained in one domain and tested in another. */
class AdaptersTest {
  private static final int BATCH = 12;
  private static final Model MODEL =
      Toy.model(ModelFilling.BATCH_NORM, Map.of("name", "lite-cnn", "dropout", 0.2));
  private static final Toy.Domain HOME = new Toy.Domain(0, 60);
  private static final Toy.Domain AWAY = new Toy.Domain(1, 60);

  private static ParameterVector source;

  @BeforeAll
  static void train() {
    try (LocalTrainer trainer = new LocalTrainer(MODEL, Toy.engine(), Toy.options(6, BATCH))) {
      source =
          trainer.train(MODEL.initial(Seeds.root(1)), HOME, Seeds.root(2), StepHook.NONE).weights();
    }
  }

  private static TestTimeAdapter adapter(String text) {
    Map<String, Object> settings = new TreeMap<>();
    String[] words = text.split(" ", -1);
    settings.put("name", words[0]);
    for (int i = 1; i < words.length; i++) {
      String[] sides = words[i].split("=", -1);
      settings.put(sides[0], sides[1].matches("[0-9.]+") ? Double.parseDouble(sides[1]) : sides[1]);
    }
    return TestTimeCatalog.create(MapSettings.of(settings));
  }

  private static float[] batch(Toy.Domain domain, int from, int n) {
    int size = Toy.IMAGE.size();
    float[] features = new float[n * size];
    for (int i = 0; i < n; i++) {
      domain.read(from + i, features, i * size);
    }
    return features;
  }

  /** The logits of these batches (a first example and a number each), one after the other. */
  private static List<double[]> predictions(
      TestTimeAdapter adapter, Engine engine, int[]... batches) {
    List<double[]> logits = new ArrayList<>();
    try (Session session = adapter.open(MODEL, source, engine, BATCH)) {
      for (int[] b : batches) {
        logits.add(session.predict(batch(AWAY, b[0], b[1]), b[1]));
      }
    }
    return logits;
  }

  private static final int[] FIRST = {0, BATCH};
  private static final int[] SECOND = {BATCH, BATCH};
  private static final int[] SHORT = {2 * BATCH, 5};
  private static final int[] SINGLE = {40, 1};

  private static Engine engine(String kernels) {
    return Engine.from(MapSettings.of(Map.of("kernels", kernels)));
  }

  private static void same(String one, String other, Engine engine, double tolerance) {
    List<double[]> left = predictions(adapter(one), engine, FIRST, SECOND, SHORT, SINGLE);
    List<double[]> right = predictions(adapter(other), engine, FIRST, SECOND, SHORT, SINGLE);
    for (int i = 0; i < left.size(); i++) {
      assertThat(left.get(i))
          .as("batch %d of %s and %s", i, one, other)
          .containsExactly(right.get(i), offset(tolerance));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "nd4j"})
  void limitsAreOtherMethodsToTheBit(String kernels) {
    Engine engine = engine(kernels);
    same("alpha-bn source-weight=1", "source", engine, 0);
    same("bn-adapt", "alpha-bn source-weight=0", engine, 0);
    same("tent lr=0", "bn-adapt", engine, 0);
    same("core lr=0", "alpha-bn", engine, 0);
  }

  @Test
  void theSourceIsPlainEvaluation() {
    AdaptationRun run =
        new AdaptationRun(new Source(), MODEL, Toy.engine(), BATCH, ResetRule.NEVER);
    Evaluation ours = run.run(source, List.of(new Shift("away", AWAY))).getFirst().evaluation();
    try (LocalTrainer trainer = new LocalTrainer(MODEL, Toy.engine(), Toy.options(1, BATCH))) {
      Evaluation plain = trainer.evaluate(source, AWAY);
      assertThat(ours.correct()).isEqualTo(plain.correct());
      assertThat(ours.lossSum()).isEqualTo(plain.lossSum(), offset(1e-3));
    }
  }

  /** The examples of home at a twentieth of their contrast. */
  private record Faint(Examples base) implements Examples {
    @Override
    public int size() {
      return base.size();
    }

    @Override
    public Shape shape() {
      return base.shape();
    }

    @Override
    public int classes() {
      return base.classes();
    }

    @Override
    public int label(int index) {
      return base.label(index);
    }

    @Override
    public void read(int index, float[] target, int offset) {
      base.read(index, target, offset);
      for (int i = offset; i < offset + shape().size(); i++) {
        target[i] /= 20;
      }
    }
  }

  /** A factor on all of a convolution's inputs is one that the batch's statistics divide by. */
  @Test
  void aBatchsStatisticsUndoAShiftThatTheSourceSuffersFrom() {
    Examples faint = new Faint(HOME);
    assertThat(accuracy("source", HOME, BATCH)).isGreaterThan(0.9);
    assertThat(accuracy("source", faint, BATCH)).isLessThan(0.7);
    assertThat(accuracy("bn-adapt", faint, BATCH))
        .isGreaterThan(0.9)
        .isEqualTo(accuracy("bn-adapt", HOME, BATCH), offset(0.02));
  }

  /** Of one sample a dense layer's batch statistics leave beta, and so the same class for all. */
  @Test
  void oneSampleIsEnoughForAlphaBnAndNotForTheBatchAlone() {
    assertThat(accuracy("bn-adapt", HOME, 1)).isEqualTo(1.0 / 3, offset(1e-12));
    assertThat(accuracy("alpha-bn", HOME, 1)).isGreaterThan(0.9);
  }

  private static double accuracy(String method, Examples examples, int batch) {
    return new AdaptationRun(adapter(method), MODEL, Toy.engine(), batch, ResetRule.NEVER)
        .run(source, List.of(new Shift("s", examples)))
        .getFirst()
        .evaluation()
        .accuracy();
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "bn-adapt", "bn-adapt prior=16", "alpha-bn"})
  void methodsWithoutStepsForgetEachBatch(String method) {
    List<double[]> onward = predictions(adapter(method), Toy.engine(), FIRST, SECOND);
    List<double[]> back = predictions(adapter(method), Toy.engine(), SECOND, FIRST);
    assertThat(onward.get(0)).containsExactly(back.get(1));
    assertThat(onward.get(1)).containsExactly(back.get(0));
    try (Session session = adapter(method).open(MODEL, source, Toy.engine(), BATCH)) {
      session.predict(batch(AWAY, 0, BATCH), BATCH);
      assertThat(session.adapted()).isEqualTo(source);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tent", "core", "core loss=cosine", "core loss=mcc", "core loss=unnormalised"})
  void methodsWithStepsLearnFromABatchForTheNextAndMoveScaleAndShiftAlone(String method) {
    List<double[]> onward = predictions(adapter(method), Toy.engine(), FIRST, SECOND, FIRST);
    List<double[]> back = predictions(adapter(method), Toy.engine(), SECOND, FIRST);
    assertThat(onward.get(1)).isNotEqualTo(back.get(0));
    assertThat(onward.get(2)).isNotEqualTo(onward.get(0));
    assertThat(predictions(adapter(method), Toy.engine(), FIRST, SECOND, FIRST))
        .usingElementComparator((a, b) -> Arrays.equals(a, b) ? 0 : 1)
        .isEqualTo(onward);
    ParameterVector before = ParameterVector.of(MODEL.layout(), source.toArray());
    try (Session session = adapter(method).open(MODEL, source, Toy.engine(), BATCH)) {
      session.predict(batch(AWAY, 0, BATCH), BATCH);
      ParameterVector adapted = session.adapted();
      assertThat(source).isEqualTo(before);
      for (ParameterSpec spec : MODEL.layout().specs()) {
        boolean affine = spec.role() == Role.NORM_SCALE || spec.role() == Role.NORM_SHIFT;
        assertThat(Arrays.equals(adapted.toArray(spec), source.toArray(spec)))
            .as(spec.name())
            .isEqualTo(!affine);
      }
      session.reset();
      assertThat(session.adapted()).isEqualTo(source);
      assertThat(session.predict(batch(AWAY, 0, BATCH), BATCH)).containsExactly(onward.get(0));
      assertThat(session.predict(batch(AWAY, BATCH, BATCH), BATCH)).containsExactly(onward.get(1));
    }
  }

  /** Adam's first step is lr against the sign of the gradient, wherever that is not tiny. */
  @ParameterizedTest
  @ValueSource(strings = {"tent lr=0.01", "core lr=0.01"})
  void aStepGoesDownhill(String method) {
    Engine engine = engine("cpu");
    float[] features = batch(AWAY, 0, BATCH);
    ParameterVector adapted;
    try (Session session = adapter(method).open(MODEL, source, engine, BATCH)) {
      session.predict(features, BATCH);
      adapted = session.adapted();
    }
    int checked = 0;
    for (ParameterSpec spec : MODEL.layout().specs()) {
      if (spec.role() != Role.NORM_SCALE && spec.role() != Role.NORM_SHIFT) {
        continue;
      }
      double above = loss(method, spec.offset(), 0.05f, features);
      double slope = (above - loss(method, spec.offset(), -0.05f, features)) / 0.1;
      if (Math.abs(slope) > 1e-3) {
        assertThat(adapted.get(spec.offset()) - source.get(spec.offset()))
            .as(spec.name())
            .isEqualTo((float) (-0.01 * Math.signum(slope)), offset(1e-4f));
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(2);
  }

  private static double loss(String method, int element, float moved, float[] features) {
    float[] values = source.toArray();
    values[element] += moved;
    ParameterVector weights = ParameterVector.of(MODEL.layout(), values);
    String still = method.replace("0.01", "0");
    try (Session session = adapter(still).open(MODEL, weights, engine("cpu"), BATCH)) {
      double[] logits = session.predict(features, BATCH);
      double[] gradient = new double[logits.length];
      return method.startsWith("tent")
          ? Tent.entropy(logits, BATCH, 3, gradient)
          : CoreLoss.ROW_NORMALISED.lossAndGradient(logits, BATCH, 3, 1, gradient);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "bn-adapt", "alpha-bn", "tent", "core"})
  void badFeaturesAreRefusedByPlaceAndChangeNothing(String method) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] features = batch(AWAY, 0, BATCH);
      features[3 * Toy.IMAGE.size() + 17] = bad;
      try (Session session = adapter(method).open(MODEL, source, Toy.engine(), BATCH)) {
        assertThatThrownBy(() -> session.predict(features, BATCH))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("feature 17 of sample 3")
            .hasMessageContaining(String.valueOf(bad));
        assertThat(session.adapted()).isEqualTo(source);
        // What lies beyond the batch is not looked at.
        assertThat(session.predict(features, 3)).hasSize(9);
      }
    }
  }

  @Test
  void weightsThatHaveDivergedAreSaidToHave() {
    float[] values = source.toArray();
    ParameterSpec last =
        MODEL.layout().specs().stream()
            .filter(spec -> spec.role() == Role.BIAS)
            .reduce((_, next) -> next)
            .orElseThrow();
    values[last.offset()] = Float.NaN;
    ParameterVector diverged = ParameterVector.of(MODEL.layout(), values);
    try (Session session = new Tent(0.001).open(MODEL, diverged, Toy.engine(), BATCH)) {
      assertThatThrownBy(() -> session.predict(batch(AWAY, 0, BATCH), BATCH))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("lite-cnn")
          .hasMessageContaining("NaN for sample 0")
          .hasMessageContaining("lower lr");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bn-adapt", "alpha-bn", "tent", "core"})
  void aModelWithoutRunningStatisticsIsRefused(String method) {
    ModelFilling none = new ModelFilling(NormalizationKind.GROUP, ConvolutionKind.PLAIN, false);
    Model model = Toy.convolutional(none);
    ParameterVector weights = model.initial(Seeds.root(1));
    assertThatThrownBy(() -> adapter(method).open(model, weights, Toy.engine(), BATCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lite-cnn")
        .hasMessageContaining("normalization = batch")
        .hasMessageContaining("source");
    try (Session session = new Source().open(model, weights, Toy.engine(), BATCH)) {
      assertThat(session.predict(batch(AWAY, 0, 1), 1)).hasSize(3);
    }
  }

  /** Within residuals too: at weight 1 nothing else could give plain evaluation's bits. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu"})
  void residualNetworksAreMixedThroughout(String kernels) {
    Model model = Toy.model(ModelFilling.BATCH_NORM, Map.of("name", "resnet-20"));
    Model adaptable = model.adaptable(SourceWeight.fixed(0.5), false, false);
    assertThat(adaptable.layout()).isEqualTo(model.layout());
    ParameterVector weights = model.initial(Seeds.root(1));
    float[] features = batch(AWAY, 0, 4);
    Engine engine = engine(kernels);
    try (Session plain = new Source().open(model, weights, engine, 4);
        Session one = adapter("alpha-bn source-weight=1").open(model, weights, engine, 4);
        Session tent = adapter("tent").open(model, weights, engine, 4)) {
      assertThat(one.predict(features, 4)).containsExactly(plain.predict(features, 4));
      tent.predict(features, 4);
      for (ParameterSpec spec : model.layout().specs()) {
        boolean affine = spec.role() == Role.NORM_SCALE || spec.role() == Role.NORM_SHIFT;
        assertThat(Arrays.equals(tent.adapted().toArray(spec), weights.toArray(spec)))
            .as(spec.name())
            .isEqualTo(!affine);
      }
    }
  }
}
