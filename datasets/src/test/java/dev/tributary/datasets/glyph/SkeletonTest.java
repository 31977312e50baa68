package dev.tributary.datasets.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.engine.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SkeletonTest {

  @Test
  void betweenCornersALineIsStraight() {
    Polyline line = Skeleton.of("10 0!, 10 80!, 90 80!").flatten().getFirst();
    for (int i = 0; i < line.size(); i++) {
      assertThat(Math.abs(line.x[i] - 0.1) < 1e-12 || Math.abs(line.y[i] - 0.8) < 1e-12).isTrue();
    }
    assertThat(line.y[0]).isZero();
    assertThat(line.x[line.size() - 1]).isCloseTo(0.9, within(1e-12));
  }

  @Test
  void aCurveGoesThroughItsControlPoints() {
    Polyline line = Skeleton.of("0 20, 30 90, 70 10, 100 50").flatten().getFirst();
    double[][] points = {{0, 0.2}, {0.3, 0.9}, {0.7, 0.1}, {1, 0.5}};
    for (double[] point : points) {
      double nearest = 1;
      for (int i = 0; i < line.size(); i++) {
        nearest = Math.min(nearest, Math.hypot(line.x[i] - point[0], line.y[i] - point[1]));
      }
      assertThat(nearest).isLessThan(1e-12);
    }
  }

  @Test
  void aClosedCurveEndsWhereItBegan() {
    Polyline line = Skeleton.of("50 0, 100 50, 50 100, 0 50, o").flatten().getFirst();
    assertThat(line.x[line.size() - 1]).isEqualTo(line.x[0]);
    assertThat(line.y[line.size() - 1]).isEqualTo(line.y[0]);
  }

  /**
   * Width 10, height 20, center (30, 40): the corners of the box by hand, upright, slanted and
   * turned.
   */
  @Test
  void aPlacementMapsTheBox() {
    Placement upright = Placement.of(10, 20, 0, 0, 30, 40);
    assertThat(upright.x(0, 0)).isEqualTo(25);
    assertThat(upright.y(0, 0)).isEqualTo(30);
    assertThat(upright.x(1, 1)).isEqualTo(35);
    assertThat(upright.y(1, 1)).isEqualTo(50);

    Placement slanted = Placement.of(10, 20, 0.25, 0, 30, 40);
    assertThat(slanted.x(0.5, 0)).isCloseTo(32.5, within(1e-12));
    assertThat(slanted.x(0.5, 1)).isCloseTo(27.5, within(1e-12));

    Placement turned = Placement.of(10, 20, 0, Math.PI / 2, 30, 40);
    assertThat(turned.x(0.5, 0)).isCloseTo(40, within(1e-12));
    assertThat(turned.y(0.5, 0)).isCloseTo(40, within(1e-12));
  }

  @Test
  void jitterMovesPointsByItsDeviation() {
    Skeleton line = Skeleton.of("0 50!, 100 50!");
    var random = Seeds.root(1).stream();
    double sum = 0;
    int draws = 4000;
    for (int i = 0; i < draws; i++) {
      double y = line.jittered(random, 0.05).flatten().getFirst().y[0];
      sum += (y - 0.5) * (y - 0.5);
    }
    assertThat(Math.sqrt(sum / draws)).isCloseTo(0.05, within(0.003));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "1 2 3, 4 5", "", "a b"})
  void aStrokeThatIsNoListOfPointsIsRefused(String text) {
    assertThatThrownBy(() -> Skeleton.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyDigitHasSeveralSkeletonsAndNoTwoDigitsShareOne() {
    List<Coverage> drawn = new ArrayList<>();
    List<Integer> digits = new ArrayList<>();
    for (DigitSkeletons table : List.of(DigitSkeletons.PRINTED, DigitSkeletons.HANDWRITTEN)) {
      for (int digit = 0; digit < 10; digit++) {
        assertThat(table.of(digit)).hasSizeBetween(2, 4);
        for (Skeleton skeleton : table.of(digit)) {
          Coverage ink = new Coverage(28, 28);
          ink.draw(skeleton.place(Placement.of(14, 20, 0, 0, 14, 14), 1));
          drawn.add(ink);
          digits.add(digit);
        }
      }
    }
    for (int a = 0; a < drawn.size(); a++) {
      for (int b = 0; b < a; b++) {
        double bound = digits.get(a).equals(digits.get(b)) ? 0.97 : 0.75;
        assertThat(overlap(drawn.get(a), drawn.get(b)))
            .as("skeletons %d (%d) and %d (%d)", a, digits.get(a), b, digits.get(b))
            .isLessThan(bound);
      }
    }
  }

  /** Shared ink over all ink. */
  private static double overlap(Coverage a, Coverage b) {
    double shared = 0;
    double all = 0;
    for (int pixel = 0; pixel < 28 * 28; pixel++) {
      double inA = a.at(pixel / 28, pixel % 28);
      double inB = b.at(pixel / 28, pixel % 28);
      shared += Math.min(inA, inB);
      all += Math.max(inA, inB);
    }
    return shared / all;
  }
}
