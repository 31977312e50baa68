package dev.tributary.datasets.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.engine.random.Seeds;
import org.junit.jupiter.api.Test;

class CanvasTest {
  private static final int PIXELS = Canvas.SIDE * Canvas.SIDE;

  @Test
  void bytesArePlanarRoundedAndCut() {
    Canvas canvas = new Canvas();
    canvas.fill(new double[] {0.5, -0.2, 1.7});
    canvas.set(0, 2, 3, 0.1);
    byte[] bytes = new byte[5 + 3 * PIXELS];
    canvas.write(bytes, 5);
    assertThat(bytes[4]).isZero();
    assertThat(bytes[5] & 0xFF).isEqualTo(128); // 127.5 rounds up
    assertThat(bytes[5 + 2 * 28 + 3] & 0xFF).isEqualTo(26); // 25.5 rounds up
    assertThat(bytes[5 + PIXELS] & 0xFF).isZero();
    assertThat(bytes[5 + 2 * PIXELS] & 0xFF).isEqualTo(255);
  }

  @Test
  void paintMixesAndDifferenceInvertsUnderInk() {
    Canvas canvas = new Canvas();
    canvas.fill(new double[] {0.2, 0.4, 0.6});
    Coverage ink = new Coverage(Canvas.SIDE, Canvas.SIDE);
    ink.draw(Skeleton.of("0 50!, 100 50!").place(Placement.of(60, 60, 0, 0, 14, 14), 3));
    canvas.paint(ink, DigitStyle.gray(1), 0.5);
    assertThat(canvas.get(0, 14, 5)).isCloseTo(0.6, within(1e-12));
    assertThat(canvas.get(0, 2, 5)).isEqualTo(0.2);
    canvas.difference(ink);
    assertThat(canvas.get(0, 14, 5)).isCloseTo(0.4, within(1e-12));
    assertThat(canvas.get(2, 2, 5)).isEqualTo(0.6);
  }

  /**
   * One bright pixel and the kernel [a, 1 - 2a, a] twice: the outer product of the kernel with
   * itself.
   */
  @Test
  void blurIsTheSeparableKernel() {
    Canvas canvas = new Canvas();
    canvas.set(1, 10, 10, 1);
    canvas.blur(0.25);
    double[] kernel = {0.25, 0.5, 0.25};
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        assertThat(canvas.get(1, 10 + dy, 10 + dx)).isEqualTo(kernel[dy + 1] * kernel[dx + 1]);
      }
    }
    assertThat(canvas.get(1, 10, 12)).isZero();
    assertThat(canvas.get(0, 10, 10)).isZero();
  }

  @Test
  void lightFallsOffAcrossThePicture() {
    Canvas canvas = new Canvas();
    canvas.fill(DigitStyle.gray(0.5));
    canvas.illuminate(0.4, 0);
    assertThat(canvas.get(0, 7, 0)).isCloseTo(0.5 * (1 + 0.4 * (0.5 / 28 - 0.5)), within(1e-12));
    assertThat(canvas.get(0, 7, 27) + canvas.get(0, 7, 0)).isCloseTo(1, within(1e-12));
  }

  @Test
  void grainIsGrayWithTheMeanAndDeviationAskedFor() {
    var random = Seeds.root(4).stream();
    double sum = 0;
    double squares = 0;
    int pictures = 20;
    for (int i = 0; i < pictures; i++) {
      Canvas canvas = new Canvas();
      canvas.grain(random, 0.1);
      for (int pixel = 0; pixel < PIXELS; pixel++) {
        double value = canvas.get(0, pixel / 28, pixel % 28);
        assertThat(canvas.get(2, pixel / 28, pixel % 28)).isEqualTo(value);
        sum += value;
        squares += value * value;
      }
    }
    int count = pictures * PIXELS;
    assertThat(sum / count).isCloseTo(0, within(0.1 * 5 / Math.sqrt(count)));
    assertThat(Math.sqrt(squares / count)).isCloseTo(0.1, within(0.002));
  }
}
