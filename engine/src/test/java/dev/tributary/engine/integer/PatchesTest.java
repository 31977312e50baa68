package dev.tributary.engine.integer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.Cases;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Products with patches that nobody has written, against those that {@link Patches} writes. */
class PatchesTest {
  private static final Seeds SEEDS = Seeds.root(53);

  static List<Patches> patches() {
    Shape image = Shape.of(5, 9, 7);
    Window odd = new Window(3, 2, 3, 1, 0, 1);
    return List.of(
        Patches.forward(3, image, Window.square(3, 1, 1)),
        Patches.forward(2, image, Window.square(5, 2, 2)),
        Patches.forward(2, image, odd),
        Patches.forward(1, Shape.of(1, 1, 1), Window.square(1, 1, 0)),
        // Spread by a stride of two, and of three and one.
        Patches.backward(3, image, 6, Window.square(3, 2, 1)),
        Patches.backward(2, image, 3, odd));
  }

  @ParameterizedTest
  @MethodSource("patches")
  void everyTierReadsThemOffTheImage(Patches patches) {
    for (int groups : new int[] {1, 4}) {
      Tensor pixels =
          Cases.tensor(SEEDS.child("pixels"), DataType.FLOAT, patches.pixels(), patches.channels());
      QuantizedMatrix image = new QuantizedMatrix("image");
      image.quantize(
          pixels,
          patches.pixels(),
          patches.channels(),
          Axis.COLUMNS,
          Quantizer.shift(4, groups),
          Rounding.stochastic(SEEDS.child("draws")));
      compare(image, patches, Axis.COLUMNS, patches.columns());
      if (groups == 1) {
        compare(image, patches, Axis.ROWS, patches.rows());
      }
    }
  }

  private static void compare(QuantizedMatrix image, Patches patches, Axis over, int terms) {
    int outputs = 7;
    byte[] written = new byte[patches.rows() * patches.columns()];
    QuantizedMatrix plain = new QuantizedMatrix("plain", PlainLoops.INSTANCE);
    plain.unroll(image, patches);
    for (int i = 0; i < written.length; i++) {
      written[i] = (byte) plain.code(i / patches.columns(), i % patches.columns());
    }
    int[] exponents = new int[image.groups() > 1 ? terms : 0];
    for (int k = 0; k < exponents.length; k++) {
      exponents[k] = image.exponent(k % patches.channels());
    }
    QuantizedMatrix expected = new QuantizedMatrix("written");
    expected.set(
        written,
        patches.rows(),
        patches.columns(),
        over,
        image.quantizer(),
        exponents,
        image.scale(0));
    Tensor weights = Cases.tensor(SEEDS.child("weights"), DataType.FLOAT, outputs, terms);
    QuantizedMatrix w = new QuantizedMatrix("w");
    w.quantize(weights, outputs, terms, Axis.COLUMNS, Quantizer.perTensor(4), Rounding.NEAREST);
    int outer = expected.over(over).outer();
    long[] sums = new long[outputs * outer];
    new ReferenceGemm().sums(w.over(Axis.COLUMNS), expected.over(over), sums);
    assertThat(sums).isNotEqualTo(new long[sums.length]);
    for (IntegerGemm tier : TiersTest.tiers()) {
      QuantizedMatrix unrolled = new QuantizedMatrix("unrolled");
      unrolled.unroll(image, patches);
      if (tier.refusal(w.over(Axis.COLUMNS), unrolled.over(over)).isEmpty()) {
        long[] actual = new long[sums.length];
        tier.sums(w.over(Axis.COLUMNS), unrolled.over(over), actual);
        assertThat(actual).as(tier.tier()).isEqualTo(sums);
      }
    }
  }
}
