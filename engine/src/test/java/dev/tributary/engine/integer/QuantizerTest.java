package dev.tributary.engine.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Codes, scales and exponents against numbers that were computed in NumPy, and by their rules. */
class QuantizerTest {
  private static final Seeds SEEDS = Seeds.root(52);
  // algorithm-vectors.json, "shiftquant".
  private static final float[] A = {8f, .9f, .11f, -2f, -4f, -.3f, .2f, 1f, 1f, .5f, .05f, 3f};
  private static final float[] B = {1f, -2f, 3f, .5f, -7f, 4f, .25f, 1f};

  static List<Loops> loops() {
    return NativeLibrary.available()
        ? List.of(PlainLoops.INSTANCE, NativeLoops.INSTANCE)
        : List.of(PlainLoops.INSTANCE);
  }

  private static Tensor tensor(float[] values, int... shape) {
    Tensor tensor = Tensor.zeros(Shape.of(shape));
    tensor.set(values);
    return tensor;
  }

  private static int[] codes(QuantizedMatrix matrix) {
    int[] codes = new int[matrix.rows() * matrix.columns()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = matrix.code(i / matrix.columns(), i % matrix.columns());
    }
    return codes;
  }

  private static int[] exponents(QuantizedMatrix matrix, int count) {
    return IntStream.range(0, count).map(matrix::exponent).toArray();
  }

  @ParameterizedTest
  @MethodSource("loops")
  void beliefsInTheLargestValueDoNotChangeCodes(Loops loops) {
    // To 8, the scale of 4 bits is 8/7: A times 7/8 to the nearest.
    int[] expected = {7, 1, 0, -2, -3, 0, 0, 1, 1, 0, 0, 3};
    for (float believed : new float[] {8, 0, 1e-30f, 7.9999995f, 100, -8, Float.NaN}) {
      QuantizedMatrix a = new QuantizedMatrix("A", loops);
      assertThat(a.quantize(tensor(A, 3, 4), 3, 4, Quantizer.perTensor(4), believed))
          .as("%s", believed)
          .isEqualTo(believed == 8);
      assertThat(codes(a)).as("%s", believed).containsExactly(expected);
      assertThat(a.scale(0)).isEqualTo(8.0 / 7);
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void aBeliefHidesNoValueThatIsNotFinite(Loops loops) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      QuantizedMatrix a = new QuantizedMatrix("A", loops);
      assertThatThrownBy(
              () ->
                  a.quantize(tensor(new float[] {1, bad}, 1, 2), 1, 2, Quantizer.perTensor(4), 1f))
          .hasMessageContaining("[0, 1]");
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void shiftQuantOfTheVectors(Loops loops) {
    QuantizedMatrix a = new QuantizedMatrix("A", loops);
    a.quantize(tensor(A, 3, 4), 3, 4, Axis.COLUMNS, Quantizer.shift(4, 4), Rounding.NEAREST);
    assertThat(exponents(a, 4)).containsExactly(0, 3, 3, 1);
    assertThat(a.scale(0)).isEqualTo(1.1428571428571428, offset(1e-15));
    assertThat(codes(a)).containsExactly(7, 6, 1, -3, -3, -2, 1, 2, 1, 4, 0, 5);
    QuantizedMatrix b = new QuantizedMatrix("B", loops);
    b.quantize(tensor(B, 4, 2), 4, 2, Axis.ROWS, Quantizer.perTensor(4), Rounding.NEAREST);
    assertThat(b.scale(0)).isEqualTo(1);
    assertThat(codes(b)).containsExactly(1, -2, 3, 1, -7, 4, 0, 1);
    for (IntegerGemm tier :
        Stream.concat(Stream.of(new ReferenceGemm()), TiersTest.tiers().stream()).toList()) {
      if (tier.refusal(a.over(Axis.COLUMNS), b.over(Axis.ROWS)).isPresent()) {
        continue;
      }
      long[] sums = new long[6];
      tier.sums(a.over(Axis.COLUMNS), b.over(Axis.ROWS), sums);
      assertThat(sums).as(tier.tier()).containsExactly(67, -114, -37, 58, 20, 8);
      Tensor c = Tensor.zeros(Shape.of(3, 2));
      tier.multiply(a.over(Axis.COLUMNS), b.over(Axis.ROWS), null, c);
      assertThat(c.toDoubles())
          .as(tier.tier())
          .containsExactly(
              new double[] {
                9.571428571428571,
                -16.285714285714285,
                -5.285714285714286,
                8.285714285714285,
                2.8571428571428568,
                1.1428571428571428
              },
              offset(1e-6));
    }
  }

  @Test
  void theSameMatrixTransposedHasTheSameCodes() {
    QuantizedMatrix a = new QuantizedMatrix("A");
    a.quantize(tensor(A, 3, 4), 3, 4, Axis.COLUMNS, Quantizer.shift(4, 4), Rounding.NEAREST);
    float[] turned = new float[12];
    for (int i = 0; i < 12; i++) {
      turned[i % 4 * 3 + i / 4] = A[i];
    }
    QuantizedMatrix t = new QuantizedMatrix("A'");
    t.quantize(tensor(turned, 4, 3), 4, 3, Axis.ROWS, Quantizer.shift(4, 4), Rounding.NEAREST);
    assertThat(exponents(t, 4)).containsExactly(0, 3, 3, 1);
    for (int i = 0; i < 12; i++) {
      assertThat(t.code(i % 4, i / 4)).isEqualTo(a.code(i / 4, i % 4));
    }
  }

  @Test
  void halvesGoUpAndDrawsRoundAsTheVectorsSay() {
    // "shiftquant_sr": v and u, and the codes that they give.
    float[] v = {7f, 6.3f, .77f, -3.5f, -3.5f, -2.1f, 1.4f, 1.75f, .875f, 3.5f, .35f, 5.25f};
    float[] u = {.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f, .05f, .15f, .25f};
    int[] q = {7, 6, 1, -4, -3, -2, 2, 2, 1, 3, 0, 5};
    for (int i = 0; i < v.length; i++) {
      assertThat(PlainLoops.code(v[i], (int) (u[i] * 0x1p15)))
          .as("v " + v[i])
          .isEqualTo((byte) q[i]);
    }
    assertThat(PlainLoops.code(-2.5f, 1 << 14)).isEqualTo((byte) -2);
    assertThat(PlainLoops.code(2.5f, 1 << 14)).isEqualTo((byte) 3);
  }

  @Test
  void noCodeLeavesItsRange() {
    RandomStream random = SEEDS.child("range").stream();
    for (int i = 0; i < 200_000; i++) {
      int bits = 2 + i % 7;
      int qmax = (1 << (bits - 1)) - 1;
      float most = (float) Math.exp(20 * random.nextGaussian() % 60);
      float v = most * (float) (qmax / (double) most);
      for (int u : new int[] {0, 1 << 14, (1 << 15) - 1}) {
        assertThat((int) PlainLoops.code(v, u)).isEqualTo(qmax);
        assertThat((int) PlainLoops.code(-v, u)).isEqualTo(-qmax);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void exponentsAtTheBoundaries(Loops loops) {
    // r_max 8: 4 is the first of group 1, the float above it the last of group 0.
    float[] values = {8f, Math.nextUp(4f), 4f, Math.nextUp(2f), 2f, 1f, .5f, 0f};
    QuantizedMatrix a = new QuantizedMatrix("a", loops);
    a.quantize(tensor(values, 1, 8), 1, 8, Axis.COLUMNS, Quantizer.shift(4, 4), Rounding.NEAREST);
    assertThat(exponents(a, 8)).containsExactly(0, 0, 1, 1, 2, 3, 3, 3);
    assertThat(codes(a)).containsExactly(7, 4, 7, 4, 7, 7, 4, 0);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void aScaleForEachOuterIndex(Loops loops) {
    QuantizedMatrix a = new QuantizedMatrix("A", loops);
    a.quantize(tensor(A, 3, 4), 3, 4, Axis.COLUMNS, Quantizer.perOuter(4), Rounding.NEAREST);
    assertThat(a.scale(0)).isEqualTo(8 / 7.0, offset(1e-15));
    assertThat(a.scale(1)).isEqualTo(4 / 7.0, offset(1e-15));
    assertThat(a.scale(2)).isEqualTo(3 / 7.0, offset(1e-15));
    assertThat(codes(a)).containsExactly(7, 1, 0, -2, -7, -1, 0, 2, 2, 1, 0, 7);
    assertThatThrownBy(() -> a.over(Axis.ROWS)).hasMessageContaining("A has scales");
    a.quantize(tensor(A, 3, 4), 3, 4, Axis.ROWS, Quantizer.perOuter(4), Rounding.NEAREST);
    assertThat(a.scales()).isEqualTo(4);
    assertThat(a.scale(1)).isEqualTo((double) .9f / 7, offset(1e-15));
    assertThat(codes(a)).containsExactly(7, 7, 4, -5, -3, -2, 7, 2, 1, 4, 2, 7);
  }

  @Test
  void bothLoopsGiveTheSameBits() {
    RandomStream random = SEEDS.child("loops").stream();
    for (int i = 0; i < 60; i++) {
      int rows = 1 + random.nextInt(i % 3 == 0 ? 400 : 9);
      int columns = 1 + random.nextInt(i % 3 == 1 ? 700 : 40);
      if (i % 10 == 0) {
        // Narrow and long: several rows at a time, and more than one thread's share.
        columns = 1 << random.nextInt(6);
        rows = 70_001 / columns;
      }
      float[] values = new float[rows * columns];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) (random.nextGaussian() * Math.exp(2 * random.nextGaussian()));
      }
      Tensor tensor = tensor(values, rows, columns);
      int bits = 2 + random.nextInt(7);
      Quantizer[] quantizers = {
        Quantizer.perTensor(bits),
        Quantizer.perOuter(bits),
        Quantizer.shift(bits, 1 + random.nextInt(8))
      };
      Axis axis = random.nextBoolean() ? Axis.ROWS : Axis.COLUMNS;
      for (Quantizer quantizer : quantizers) {
        for (Rounding rounding :
            new Rounding[] {Rounding.NEAREST, Rounding.stochastic(SEEDS.child("draw", i))}) {
          List<QuantizedMatrix> both = new ArrayList<>();
          for (Loops loops : loops()) {
            QuantizedMatrix matrix = new QuantizedMatrix("x", loops);
            matrix.quantize(tensor, rows, columns, axis, quantizer, rounding);
            both.add(matrix);
          }
          assertThat(codes(both.getLast())).isEqualTo(codes(both.getFirst()));
          assertThat(both.getLast().scale(0)).isEqualTo(both.getFirst().scale(0));
        }
      }
    }
  }

  @Test
  void aPreparedOperandGivesTheProductOfItsCodes() {
    for (IntegerGemm tier : TiersTest.tiers()) {
      for (Axis axis : Axis.values()) {
        int rows = axis == Axis.ROWS ? 531 : 75;
        int columns = axis == Axis.ROWS ? 75 : 531;
        Tensor x = Cases.tensor(SEEDS.child("x"), DataType.FLOAT, rows, columns);
        Tensor w = Cases.tensor(SEEDS.child("w"), DataType.FLOAT, 37, 531);
        Rounding draws = Rounding.stochastic(SEEDS.child("draws"));
        QuantizedMatrix now = new QuantizedMatrix("x");
        QuantizedMatrix later = new QuantizedMatrix("x");
        QuantizedMatrix weights = new QuantizedMatrix("w");
        weights.prepare(w, 37, 531, Axis.COLUMNS, Quantizer.perOuter(4), Rounding.NEAREST);
        now.quantize(x, rows, columns, axis, Quantizer.shift(4, 4), draws);
        later.prepare(x, rows, columns, axis, Quantizer.shift(4, 4), draws);
        if (tier.refusal(now.over(axis), weights.over(Axis.COLUMNS)).isPresent()) {
          continue;
        }
        Tensor expected = Tensor.zeros(Shape.of(75, 37));
        new ReferenceGemm().multiply(now.over(axis), weights.over(Axis.COLUMNS), null, expected);
        assertThat(expected.toFloats()[0]).isNotZero();
        Tensor actual = Tensor.zeros(Shape.of(75, 37));
        tier.multiply(later.over(axis), weights.over(Axis.COLUMNS), null, actual);
        assertThat(actual.toFloats()).as(tier.tier()).isEqualTo(expected.toFloats());
      }
    }
  }

  /** "shiftquant_unbiased": the mean of 200,000 draws is the value, within 1e-3. */
  @ParameterizedTest
  @MethodSource("loops")
  void stochasticRoundingIsUnbiased(Loops loops) {
    int draws = 200_000;
    Tensor tensor = tensor(A, 3, 4);
    double[] mean = new double[12];
    QuantizedMatrix a = new QuantizedMatrix("A", loops);
    for (int i = 0; i < draws; i++) {
      // What Seeds gives for a child, without a hash of 64 bytes for each.
      Rounding rounding = new Rounding(true, SEEDS.child("unbiased").stream().at(i));
      a.quantize(tensor, 3, 4, Axis.COLUMNS, Quantizer.shift(4, 4), rounding);
      for (int j = 0; j < 12; j++) {
        mean[j] += a.code(j / 4, j % 4) * a.scale(0) / (1 << a.exponent(j % 4)) / draws;
      }
    }
    double[] expected = new double[12];
    for (int j = 0; j < 12; j++) {
      expected[j] = A[j];
    }
    // Six deviations of the mean where the step is largest, 8/7.
    assertThat(mean).containsExactly(expected, offset(6 * 0.5 * 8 / 7 / Math.sqrt(draws)));
    assertThat(mean[2]).isEqualTo(.11, offset(1e-3));
    assertThat(mean[10]).isEqualTo(.05, offset(1e-3));
  }

  /** Draws of neighbours and of keys that differ in one bit have nothing to do with each other. */
  @Test
  void drawsAreEvenAndIndependent() {
    int count = 1 << 16;
    long[] keys = {0, 1, 1L << 32, SEEDS.key()};
    for (long key : keys) {
      double[] sum = new double[3];
      int[] cells = new int[16];
      for (int i = 0; i < count; i++) {
        double u = uniform(key, i);
        double next = uniform(key, i + 1);
        double other = uniform(key ^ 1, i);
        sum[0] += u;
        sum[1] += u * next;
        sum[2] += u * other;
        cells[(int) ((u + 0.5) * 16)]++;
      }
      // Deviations of a mean of uniform draws, and of a mean of products of two.
      assertThat(sum[0] / count).isEqualTo(0, offset(5 / Math.sqrt(12.0 * count)));
      assertThat(sum[1] / count).isEqualTo(0, offset(5 / (12 * Math.sqrt(count))));
      assertThat(sum[2] / count).isEqualTo(0, offset(5 / (12 * Math.sqrt(count))));
      for (int cell : cells) {
        assertThat((double) cell).isEqualTo(count / 16.0, offset(5 * Math.sqrt(count / 16.0)));
      }
    }
  }

  /** A draw around its mean. */
  private static double uniform(long key, int index) {
    return (new Rounding(true, key).addend(index) + 0.5) / (1 << 15) - 0.5;
  }

  /** The table of section 6.2 of the specification: 64 x 256 Gaussians of log-normal channels. */
  @ParameterizedTest
  @CsvSource({
    "0, .057, .053, .053, .053, .023",
    "1, .687, .252, .056, .044, .023",
    "2, .432, .183, .051, .035, .024"
  })
  void groupsRecoverWhatOneScaleLoses(
      double spread, double tensor, double two, double four, double eight, double channel) {
    // One channel's draw decides the range, so each row of the table is one sample: the order and
    // the size of the gain are what repeats. Without a spread the numbers themselves do.
    double[] expected = {tensor, two, four, eight};
    double[] errors = new double[4];
    double perChannel = 0;
    int repeats = 20;
    for (int i = 0; i < repeats; i++) {
      Seeds seeds = SEEDS.child("table", i);
      double[] gaussian = Cases.normal(seeds.child("x"), 64 * 256, 0, 1);
      double[] scale = Cases.normal(seeds.child("scale"), 256, 0, spread);
      float[] values = new float[gaussian.length];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) (gaussian[j] * Math.exp(scale[j % 256]));
      }
      Tensor x = tensor(values, 64, 256);
      for (int g = 0; g < 4; g++) {
        Quantizer quantizer = Quantizer.shift(4, 1 << g);
        errors[g] += error(x, values, Axis.COLUMNS, quantizer, seeds) / repeats;
      }
      perChannel += error(x, values, Axis.ROWS, Quantizer.perOuter(4), seeds) / repeats;
    }
    assertThat(perChannel).isEqualTo(channel, offset(.003));
    if (spread == 0) {
      assertThat(errors).containsExactly(expected, offset(.006));
    } else {
      assertThat(errors[0]).isGreaterThan(2 * errors[1]).isGreaterThan(5 * errors[2]);
      assertThat(errors[2]).isEqualTo(four, offset(.03));
      assertThat(errors[3]).isEqualTo(eight, offset(.012));
    }
  }

  private static double error(
      Tensor x, float[] values, Axis axis, Quantizer quantizer, Seeds seeds) {
    QuantizedMatrix matrix = new QuantizedMatrix("x");
    matrix.quantize(
        x, 64, 256, axis, quantizer, Rounding.stochastic(seeds.child("draws", quantizer.groups())));
    double squares = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      int column = i % 256;
      double scale = matrix.scales() > 1 ? matrix.scale(column) : matrix.scale(0);
      double step = scale / (1 << (matrix.groups() > 1 ? matrix.exponent(column) : 0));
      double difference = matrix.code(i / 256, column) * step - values[i];
      squares += difference * difference;
      all += (double) values[i] * values[i];
    }
    return squares / all;
  }

  @ParameterizedTest
  @MethodSource("loops")
  void zerosHaveCodesOfZeroAndScaleOne(Loops loops) {
    for (float tiny : new float[] {0f, -0f, Float.MIN_VALUE, 1e-34f}) {
      for (Quantizer quantizer :
          new Quantizer[] {Quantizer.perTensor(8), Quantizer.perOuter(2), Quantizer.shift(6, 8)}) {
        QuantizedMatrix a = new QuantizedMatrix("a", loops);
        a.quantize(
            tensor(new float[] {tiny, tiny, tiny, tiny}, 2, 2),
            2,
            2,
            Axis.ROWS,
            quantizer,
            Rounding.stochastic(SEEDS));
        assertThat(codes(a)).containsOnly(0);
        assertThat(a.scale(0)).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void notFiniteIsRefusedWithItsPlace(Loops loops) {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      for (Quantizer quantizer :
          new Quantizer[] {Quantizer.perTensor(8), Quantizer.perOuter(2), Quantizer.shift(6, 8)}) {
        for (Axis axis : Axis.values()) {
          QuantizedMatrix a = new QuantizedMatrix("conv1.dy", loops);
          Tensor tensor = tensor(new float[] {1f, 2f, 3f, 4f, bad, 6f}, 2, 3);
          assertThatThrownBy(() -> a.quantize(tensor, 2, 3, axis, quantizer, Rounding.NEAREST))
              .hasMessageContaining("conv1.dy")
              .hasMessageContaining("[1, 1] of 2 x 3")
              .hasMessageContaining(String.valueOf(bad));
        }
      }
    }
  }

  @Test
  void rangesAreChecked() {
    assertThatThrownBy(() -> Quantizer.perTensor(1)).hasMessageContaining("2 to 8, got 1");
    assertThatThrownBy(() -> Quantizer.perTensor(9)).hasMessageContaining("2 to 8, got 9");
    assertThatThrownBy(() -> Quantizer.shift(4, 9)).hasMessageContaining("1 to 8, got 9");
    assertThatThrownBy(() -> new Quantizer(4, Quantizer.Scaling.OUTER, 2))
        .hasMessageContaining("groups = 1");
    QuantizedMatrix a = new QuantizedMatrix("a");
    assertThatThrownBy(() -> a.set(new byte[] {8}, 1, 1, 4, 1)).hasMessageContaining("at most 7");
  }
}
