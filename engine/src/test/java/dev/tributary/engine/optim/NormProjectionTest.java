package dev.tributary.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The numbers are of an independent program unless they are worked out in place. */
class NormProjectionTest {
  /** A hidden layer, its norm, the output layer. */
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("fc1.weight", Role.WEIGHT, Shape.of(2, 2))
          .add("fc1.bias", Role.BIAS, Shape.of(2))
          .add("norm1.scale", Role.NORM_SCALE, Shape.of(3))
          .add("norm1.shift", Role.NORM_SHIFT, Shape.of(3))
          .add("fc2.weight", Role.WEIGHT, Shape.of(1, 2))
          .add("fc2.bias", Role.BIAS, Shape.of(1))
          .build();

  private static final ParameterVector INITIAL =
      ParameterVector.of(LAYOUT, 3, 0, 0, 4, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1);

  private static final ParameterVector NOW =
      ParameterVector.of(LAYOUT, 6, 2, 1, 5, 2, -4, 2, 1, 0.5f, 1, -1, 0, 7, 8, 9);

  private static final float[] WEIGHT = {3.6927447f, 1.230915f, 0.6154575f, 3.0772872f};

  private static float[] inPlace(NormProjection projection, ParameterVector weights) {
    try (Tensor live = Tensor.zeros(Shape.of(weights.layout().trainableSize()))) {
      live.copyIn(weights.toArray(), live.size());
      projection.project(live);
      return live.toFloats();
    }
  }

  @Test
  void bringsAHiddenWeightBackToItsInitialNormAndItsBiasWithIt() {
    // ||W0|| = 5 and ||W1|| = sqrt(66), so everything of the layer shrinks by 5/sqrt(66).
    float factor = (float) (5 / Math.sqrt(66));
    float[] expected = {
      WEIGHT[0],
      WEIGHT[1],
      WEIGHT[2],
      WEIGHT[3],
      2 * factor,
      -4 * factor,
      2,
      1,
      0.5f,
      1,
      -1,
      0,
      7,
      8,
      9
    };
    NormProjection projection = new NormProjection(INITIAL, false);

    assertThat(projection.size()).isEqualTo(1);
    assertThat(projection.project(NOW).toArray()).containsExactly(expected, offset(1e-6f));
    assertThat(inPlace(projection, NOW)).containsExactly(expected, offset(1e-6f));
  }

  @Test
  void projectsScaleAndShiftAsOneVectorToTheRootOfTheWidth() {
    float[] affine = {1.286535f, 0.6432675f, 0.32163376f, 0.6432675f, -0.6432675f, 0};
    NormProjection projection = new NormProjection(INITIAL, true);
    float[] vector = projection.project(NOW).toArray();
    float[] live = inPlace(projection, NOW);

    assertThat(projection.size()).isEqualTo(2);
    for (int i = 0; i < affine.length; i++) {
      assertThat(vector[6 + i]).isEqualTo(affine[i], offset(1e-6f));
      assertThat(live[6 + i]).isEqualTo(affine[i], offset(1e-6f));
    }
    for (int i = 0; i < WEIGHT.length; i++) {
      assertThat(vector[i]).isEqualTo(WEIGHT[i], offset(1e-6f));
    }
  }

  @Test
  void leavesTheBiasOfAStandardisedWeightAlone() {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("conv1.weight", Role.WEIGHT, Shape.of(2, 1, 1, 2))
            .add("conv1.bias", Role.BIAS, Shape.of(2))
            .add("conv1.gain", Role.GAIN, Shape.of(2))
            .add("fc1.weight", Role.WEIGHT, Shape.of(1, 2))
            .build();
    ParameterVector initial = ParameterVector.of(layout, 3, 0, 0, 4, 1, 1, 1, 1, 1, 1);
    ParameterVector now = ParameterVector.of(layout, 6, 0, 0, 8, 2, 3, 4, 5, 6, 7);

    assertThat(new NormProjection(initial, true).project(now).toArray())
        .containsExactly(3, 0, 0, 4, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void leavesZerosAsTheyAre() {
    ParameterVector zeros = ParameterVector.zeros(LAYOUT);

    assertThat(new NormProjection(INITIAL, true).project(zeros)).isEqualTo(zeros);
    assertThat(inPlace(new NormProjection(INITIAL, true), zeros)).containsOnly(0);
    assertThat(new NormProjection(zeros, true).project(NOW)).isEqualTo(NOW);
  }

  @Test
  void anAverageOfProjectedWeightsIsShortAndIsLengthenedAgain() {
    // Five matrices of norm 5 whose mean is (1, 1, 1, 2): its norm is sqrt(7).
    ParameterVector mean = ParameterVector.of(LAYOUT, 1, 1, 1, 2, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1);
    float[] values = new NormProjection(INITIAL, false).project(mean).toArray();
    float unit = (float) (5 / Math.sqrt(7));

    assertThat(new float[] {values[0], values[1], values[2], values[3]})
        .containsExactly(new float[] {unit, unit, unit, 2 * unit}, offset(1e-6f));
  }

  @Test
  void followsFromTensorToTensor() {
    NormProjection projection = new NormProjection(INITIAL, false);
    float[] first = inPlace(projection, NOW);

    assertThat(inPlace(projection, NOW)).isEqualTo(first);
    assertThat(first[0]).isEqualTo(WEIGHT[0], offset(1e-6f));
  }
}
