package dev.tributary.engine.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.nn.Activation;
import dev.tributary.engine.nn.Conv2d;
import dev.tributary.engine.nn.Dense;
import dev.tributary.engine.nn.Dropout;
import dev.tributary.engine.nn.Flatten;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Window;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
  private static final Engine ENGINE = Engine.create();

  /** Examples with given features, all of class 0. */
  private record Rows(Shape shape, List<float[]> rows) implements Examples {
    Rows(Shape shape, float[]... rows) {
      this(shape, List.of(rows));
    }

    @Override
    public int size() {
      return rows.size();
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public int label(int index) {
      return 0;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      System.arraycopy(rows.get(index), 0, target, offset, shape.size());
    }
  }

  private static final Rows UNIT_VECTORS =
      new Rows(Shape.of(2), new float[] {1, 0}, new float[] {0, 1}, new float[] {1, 1});

  /** Two inputs, four units, two classes, with dropout that the probe must not feel. */
  private static Model dense() {
    Shape hidden = Shape.of(4);
    return new Model(
        "hand-made",
        2,
        List.of(
            new Dense("fc1", 2, 4),
            new Activation("act1", hidden, ActivationKind.RELU, 1),
            new Dropout("drop1", hidden, 0.5),
            new Dense("fc2", 4, 2)));
  }

  /** Unit 0 gives x0, unit 1 gives x1, unit 2 nothing ever, unit 3 a hundredth of x0 - 0.5 x1. */
  private static ParameterVector weights() {
    return ParameterVector.of(
        dense().layout(),
        1,
        0,
        0,
        1,
        1,
        1,
        0.01f,
        -0.005f,
        0,
        0,
        -9,
        0,
        3,
        0,
        0,
        0,
        4,
        0,
        0,
        0,
        0,
        0);
  }

  @Test
  void countsDeadAndDormantUnitsAndMeasuresWeights() {
    Diagnostics d = Diagnostics.of(dense(), ENGINE, weights(), UNIT_VECTORS, 100);

    // Sums over the probe: 2, 2, 0, 0.01 + 0.005; their mean is 1.00375, so unit 3's score is
    // 0.0149.
    assertThat(d.examples()).isEqualTo(3);
    assertThat(d.layers()).extracting(LayerDiagnostics::layer).containsExactly("fc1", "fc2");
    LayerDiagnostics first = d.layers().get(0);
    assertThat(first.units()).isEqualTo(4);
    assertThat(first.dead()).isEqualTo(1);
    assertThat(first.dormant()).isEqualTo(2);
    assertThat(first.deadShare()).isEqualTo(0.25);
    assertThat(first.dormantShare()).isEqualTo(0.5);
    assertThat(first.squaredNorm()).isEqualTo(4 + 0.0001 + 0.000025, offset(1e-6));
    LayerDiagnostics last = d.layers().get(1);
    assertThat(last.weightNorm()).isEqualTo(5, offset(1e-9));
    assertThat(last.units()).isZero();
    assertThat(last.deadShare()).isZero();
  }

  @Test
  void theRankIsThatOfTheLastFeatures() {
    // With unit 3 taken out the features are (1,0,0,0), (0,1,0,0), (1,1,0,0): singular values
    // sqrt(3) and 1.
    float[] values = weights().toArray();
    values[6] = 0;
    values[7] = 0;
    Diagnostics d =
        Diagnostics.of(
            dense(), ENGINE, ParameterVector.of(dense().layout(), values), UNIT_VECTORS, 100);
    double p = Math.sqrt(3) / (Math.sqrt(3) + 1);
    double expected = Math.exp(-p * Math.log(p) - (1 - p) * Math.log(1 - p));

    assertThat(d.effectiveRank()).isEqualTo(expected, offset(1e-9));
    assertThat(d.featureWidth()).isEqualTo(4);
    assertThat(d.layers().getFirst().dead()).isEqualTo(2);
  }

  @Test
  void takesItsExamplesEvenlyFromTheWholeProbe() {
    // Of three, two: the first and the second; of these alone x1 is seen once.
    Diagnostics two = Diagnostics.of(dense(), ENGINE, weights(), UNIT_VECTORS, 2);
    Diagnostics one = Diagnostics.of(dense(), ENGINE, weights(), UNIT_VECTORS, 1);

    assertThat(two.layers().getFirst().dead()).isEqualTo(1);
    assertThat(one.layers().getFirst().dead()).isEqualTo(2);
    assertThat(one.examples()).isEqualTo(1);
    assertThatThrownBy(() -> Diagnostics.of(dense(), ENGINE, weights(), UNIT_VECTORS, 0))
        .hasMessageContaining("limit of 0");
  }

  @Test
  void aChannelIsAUnitOverAllItsPlaces() {
    Shape image = Shape.of(1, 2, 2);
    Shape hidden = Shape.of(3, 2, 2);
    List<LayerSpec> layers =
        List.of(
            new Conv2d("conv1", image, 3, Window.square(1, 1, 0), null),
            new Activation("act1", hidden, ActivationKind.RELU, 1),
            new Flatten("flat1", hidden),
            new Dense("fc1", 12, 2));
    Model model = new Model("hand-made", 2, layers);
    float[] values = new float[model.layout().size()];
    // Channel 0 gives x, channel 1 gives -x, channel 2 gives x - 5.
    System.arraycopy(new float[] {1, -1, 1, 0, 0, -5}, 0, values, 0, 6);
    Rows probe = new Rows(image, new float[] {0, 0, 0, 1}, new float[] {1, 2, 0, 0});
    ParameterVector weights = ParameterVector.of(model.layout(), values);
    try (Probe network = new Probe(model, ENGINE, 1)) {
      network.load(weights);
      network.run(probe, new int[] {0, 1}, false);
      UnitActivity activity = network.activity((Activation) layers.get(1));

      assertThat(activity.dead(0)).isFalse();
      assertThat(activity.dead(1)).isTrue();
      assertThat(activity.dead(2)).isTrue();
      assertThat(activity.scores()).containsExactly(3, 0, 0);
      assertThat(network.features()).hasSize(2);
      assertThat(network.features().get(1))
          .containsExactly(new float[] {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
      network.run(probe, new int[] {0}, false);
      assertThat(activity.scores()).containsExactly(3, 0, 0);
      assertThat(network.features()).hasSize(1);
    }
  }

  @Test
  void goesThroughResidualBlocksInTheOrderOfTheLayers() {
    Shape image = Shape.of(3, 8, 8);
    Model model =
        ModelCatalog.build(
            ModelOptions.from(MapSettings.of(Map.of("name", "resnet-20"))),
            ModelFilling.BATCH_NORM,
            image,
            10);
    float[][] rows = new float[5][image.size()];
    RandomStream noise = Seeds.root(4).stream();
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) noise.nextGaussian();
      }
    }
    ParameterVector weights = model.initial(Seeds.root(1));
    Diagnostics d = Diagnostics.of(model, ENGINE, weights, new Rows(image, rows), 5);

    // 19 convolutions, 2 projections, 9 sums, 1 dense layer.
    assertThat(d.layers()).hasSize(31);
    assertThat(d.layers().subList(0, 4))
        .extracting(LayerDiagnostics::layer)
        .containsExactly("conv1", "conv2", "conv3", "act3");
    assertThat(d.layers().get(3).weightNorm()).isZero();
    assertThat(d.layers().get(3).units()).isEqualTo(16);
    assertThat(d.effectiveRank()).isBetween(1.0, 5.0);
  }
}
