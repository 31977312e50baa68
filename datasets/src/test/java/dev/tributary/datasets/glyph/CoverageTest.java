package dev.tributary.datasets.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.engine.random.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final Skeleton ACROSS = Skeleton.of("0 50!, 100 50!");

  /**
   * A line at height 5 of radius 1.25 spans 3.75 to 6.25: rows 4 and 5 whole, rows 3 and 6 a
   * quarter.
   */
  @Test
  void aHorizontalLineCoversRowsByTheirOverlap() {
    Coverage ink = new Coverage(10, 12);
    ink.draw(ACROSS.place(Placement.of(30, 30, 0, 0, 6, 5), 1.25));
    for (int column = 0; column < 12; column++) {
      assertThat(ink.at(2, column)).isZero();
      assertThat(ink.at(3, column)).isCloseTo(0.25, within(1e-12));
      assertThat(ink.at(4, column)).isEqualTo(1);
      assertThat(ink.at(5, column)).isEqualTo(1);
      assertThat(ink.at(6, column)).isCloseTo(0.25, within(1e-12));
      assertThat(ink.at(7, column)).isZero();
    }
  }

  @Test
  void aDotHasTheAreaOfADisk() {
    Coverage ink = new Coverage(40, 40);
    ink.draw(Skeleton.of("50 50!, 50 50!").place(Placement.of(8, 8, 0, 0, 20.3, 19.6), 9));
    assertThat(total(ink)).isCloseTo(Math.PI * 81, within(Math.PI * 81 * 0.01));
  }

  /**
   * A line of length 20 and radius 3 has the area 20 * 6 and two half disks, whatever its
   * direction; its border of 59 pixels, sampled at pixel centers, may be off by a twentieth of a
   * pixel all along.
   */
  @Test
  void theAreaOfALineDoesNotDependOnItsDirection() {
    for (double turn : new double[] {0, 0.3, 0.7854, 1.2, 2.5}) {
      Coverage ink = new Coverage(40, 40);
      ink.draw(ACROSS.place(Placement.of(20, 20, 0, turn, 20, 20), 3));
      assertThat(total(ink)).isCloseTo(120 + Math.PI * 9, within(3.0));
    }
  }

  @Test
  void theRadiusChangesAlongALine() {
    Coverage ink = new Coverage(20, 40);
    Polyline line = ACROSS.place(Placement.of(30, 20, 0, 0, 20, 10), 1).getFirst();
    for (int i = 0; i < line.size(); i++) {
      line.radius[i] = 1 + 4.0 * i / (line.size() - 1);
    }
    ink.draw(List.of(line));
    assertThat(column(ink, 6)).isCloseTo(2 * (1 + 4 * 1.5 / 30), within(0.2));
    assertThat(column(ink, 20)).isCloseTo(2 * (1 + 4 * 15.5 / 30), within(0.2));
    assertThat(column(ink, 33)).isCloseTo(2 * (1 + 4 * 28.5 / 30), within(0.2));
  }

  @Test
  void drawingTwiceAddsNothingAndTheOutsideIsCutOff() {
    Coverage once = new Coverage(10, 10);
    List<Polyline> lines = ACROSS.place(Placement.of(60, 60, 0, 0.5, 9, 9), 2);
    once.draw(lines);
    double total = total(once);
    once.draw(lines);
    assertThat(total(once)).isEqualTo(total).isPositive();

    Coverage far = new Coverage(10, 10);
    far.draw(ACROSS.place(Placement.of(5, 5, 0, 0, -20, 40), 2));
    assertThat(total(far)).isZero();
  }

  /**
   * Half the columns inked: far from the border the values stay, at the border the middle is a
   * half.
   */
  @Test
  void stretchingIsLinearBetweenPixelCenters() {
    Coverage small = new Coverage(4, 4);
    small.draw(Skeleton.of("0 0!, 0 100!").place(Placement.of(4, 40, 0, 0, 2, 2), 2));
    assertThat(small.at(1, 1)).isEqualTo(1);
    assertThat(small.at(1, 2)).isZero();

    Coverage large = small.stretched(16, 16);
    double[] expected = {1, 1, 1, 1, 1, 1, 0.875, 0.625, 0.375, 0.125, 0, 0, 0, 0, 0, 0};
    for (int row = 0; row < 16; row++) {
      for (int column = 0; column < 16; column++) {
        assertThat(large.at(row, column)).isCloseTo(expected[column], within(1e-12));
      }
    }
  }

  @Test
  void fadingTakesPartOfTheInkInPatches() {
    Coverage whole = new Coverage(28, 28);
    whole.draw(ACROSS.place(Placement.of(60, 60, 0, 0, 14, 14), 30));
    assertThat(total(whole)).isEqualTo(28 * 28);
    whole.fade(new Clouds(Seeds.root(3).stream()), 0.6);
    double least = 1;
    double most = 0;
    for (int pixel = 0; pixel < 28 * 28; pixel++) {
      least = Math.min(least, whole.at(pixel / 28, pixel % 28));
      most = Math.max(most, whole.at(pixel / 28, pixel % 28));
    }
    assertThat(least).isCloseTo(0.4, within(1e-9));
    assertThat(most).isEqualTo(1);
  }

  private static double column(Coverage ink, int column) {
    double sum = 0;
    for (int row = 0; row < ink.height(); row++) {
      sum += ink.at(row, column);
    }
    return sum;
  }

  static double total(Coverage ink) {
    double sum = 0;
    for (int column = 0; column < ink.width(); column++) {
      sum += column(ink, column);
    }
    return sum;
  }
}
