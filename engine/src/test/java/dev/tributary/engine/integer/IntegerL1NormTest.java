package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.engine.kernels.Nd4jKernels;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** From codes to codes, against the definition in double precision on the values they stand for. */
class IntegerL1NormTest {
  private static final Seeds SEEDS = Seeds.root(9);
  private static final double EPS = 1e-5;

  /** A power of two, so that sums and means are exact in the double-precision layer too. */
  private static final double IN = 1.0 / 16;

  private static final double UP = 0.003;

  /** A batch with the double-precision layer's results on it. */
  private static final class Case {
    private final int n;
    private final int c;
    private final int p;
    private final MemorySegment x;
    private final MemorySegment g;
    private final float[] gamma;
    private final float[] beta;

    Case(int n, int c, int p, MemorySegment x, MemorySegment g, float[] gamma, float[] beta) {
      this.n = n;
      this.c = c;
      this.p = p;
      this.x = x;
      this.g = g;
      this.gamma = gamma;
      this.beta = beta;
    }

    static Case of(int n, int c, int p) {
      RandomStream random = SEEDS.child("case " + n + " " + c + " " + p).stream();
      MemorySegment x = codes(n * c * p);
      MemorySegment g = codes(n * c * p);
      float[] gamma = new float[c];
      float[] beta = new float[c];
      for (int k = 0; k < c; k++) {
        gamma[k] = (float) (1 + 0.3 * random.nextGaussian()) * (k % 3 == 2 ? -1 : 1);
        beta[k] = (float) (0.5 * random.nextGaussian());
      }
      for (int i = 0; i < n * c * p; i++) {
        int channel = i / p % c;
        double of = 10 * (channel % 5 - 2) + (8 + channel % 7) * random.nextGaussian();
        x.set(JAVA_BYTE, i, (byte) Math.clamp(Math.round(of), -127, 127));
        g.set(JAVA_BYTE, i, (byte) Math.clamp(Math.round(30 * random.nextGaussian()), -127, 127));
      }
      return new Case(n, c, p, x, g, gamma, beta);
    }

    Tensor tensor(MemorySegment codes, double scale) {
      Tensor tensor = Tensor.zeros(Shape.of(n, c, p), DataType.DOUBLE);
      double[] values = new double[n * c * p];
      for (int i = 0; i < values.length; i++) {
        values[i] = scale * codes.get(JAVA_BYTE, i);
      }
      tensor.set(values);
      return tensor;
    }

    Tensor perChannel(float[] values) {
      Tensor tensor = Tensor.zeros(Shape.of(c), DataType.DOUBLE);
      double[] wide = new double[c];
      for (int k = 0; k < c; k++) {
        wide[k] = values[k];
      }
      tensor.set(wide);
      return tensor;
    }
  }

  private static MemorySegment codes(int size) {
    return Arena.ofAuto().allocate(size);
  }

  private static byte[] bytes(MemorySegment codes) {
    return codes.toArray(JAVA_BYTE);
  }

  static Stream<int[]> shapes() {
    return Stream.of(
        new int[] {2, 1, 1},
        new int[] {1, 3, 7},
        new int[] {31, 5, 1},
        new int[] {3, 2, 257},
        new int[] {5, 6, 49},
        new int[] {8, 7, 196});
  }

  private static IntegerL1Norm java(int channels, double kappa, int bits) {
    return new IntegerL1Norm(channels, kappa, EPS, bits, IntegerL1NormReference.INSTANCE);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void staysWithinHalfACodeOfDoublePrecision(int[] s) {
    for (int bits : new int[] {2, 4, 6, 8}) {
      for (double kappa : new double[] {1, Math.sqrt(Math.PI / 2)}) {
        Case of = Case.of(s[0], s[1], s[2]);
        Tensor y = Tensor.zeros(Shape.of(s), DataType.DOUBLE);
        Tensor mean = of.perChannel(new float[of.c]);
        Tensor spread = of.perChannel(new float[of.c]);
        Tensor gamma = of.perChannel(of.gamma);
        Nd4jKernels.INSTANCE.l1Norm(
            of.tensor(of.x, IN), gamma, of.perChannel(of.beta), kappa, EPS, mean, spread, y);
        IntegerL1Norm norm = java(of.c, kappa, bits);
        MemorySegment codes = codes((int) of.x.byteSize());
        double scale = norm.forward(of.x, IN, of.n, of.p, of.gamma, of.beta, codes);
        assertThat(norm.mean()).containsExactly(mean.toDoubles(), offset(1e-12));
        assertThat(norm.spread()).containsExactly(spread.toDoubles(), offset(1e-12));
        double[] expected = y.toDoubles();
        double most = Math.max(Arrays.stream(expected).max().orElseThrow(), 0);
        most = Math.max(most, -Arrays.stream(expected).min().orElseThrow());
        assertThat(scale).isCloseTo(most / ((1 << (bits - 1)) - 1), offset(1e-12));
        for (int i = 0; i < expected.length; i++) {
          assertThat(scale * codes.get(JAVA_BYTE, i))
              .as("%d bits, element %d", bits, i)
              .isCloseTo(expected[i], offset(scale * (0.5 + 1.0 / 64)));
        }
      }
    }
  }

  /**
   * A code's error is uniform over half a code either way: its root mean square is 1 / sqrt(12).
   */
  @ParameterizedTest
  @ValueSource(ints = {4, 6, 8})
  void theRelativeErrorIsThatOfTheBits(int bits) {
    Case of = Case.of(16, 12, 134);
    // Codes lie closer than those of the output, and in each channel otherwise.
    RandomStream random = SEEDS.child("fine").stream();
    for (int i = 0; i < of.x.byteSize(); i++) {
      long code = Math.round((20 + i / 134 % 12) * random.nextGaussian());
      of.x.set(JAVA_BYTE, i, (byte) Math.clamp(code, -127, 127));
    }
    Arrays.fill(of.gamma, 1f);
    Arrays.fill(of.beta, 0f);
    Tensor y = Tensor.zeros(Shape.of(16, 12, 134), DataType.DOUBLE);
    Tensor any = of.perChannel(of.gamma);
    Nd4jKernels.INSTANCE.l1Norm(
        of.tensor(of.x, IN),
        any,
        of.perChannel(of.beta),
        1,
        EPS,
        of.perChannel(of.beta),
        of.perChannel(of.beta),
        y);
    MemorySegment codes = codes((int) of.x.byteSize());
    double scale = java(12, 1, bits).forward(of.x, IN, 16, 134, of.gamma, of.beta, codes);
    double error = 0;
    double size = 0;
    double[] expected = y.toDoubles();
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(scale * codes.get(JAVA_BYTE, i) - expected[i], 2);
      size += expected[i] * expected[i];
    }
    double most = Math.max(Arrays.stream(expected).max().orElseThrow(), 0);
    most = Math.max(most, -Arrays.stream(expected).min().orElseThrow());
    double deviation = Math.sqrt(size / expected.length);
    // The largest of 25,728 normal numbers: about 4.1 deviations.
    assertThat(most / deviation).isBetween(3.6, 5.5);
    double bound = most / deviation / ((1 << (bits - 1)) - 1) / Math.sqrt(12);
    assertThat(Math.sqrt(error / size)).isBetween(0.85 * bound, 1.15 * bound);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void gradientsAreUnbiasedWithinACode(int[] s) {
    Case of = Case.of(s[0], s[1], s[2]);
    double kappa = 1.25;
    Tensor x = of.tensor(of.x, IN);
    Tensor dx = of.tensor(of.g, UP);
    Tensor mean = of.perChannel(of.gamma);
    Tensor spread = of.perChannel(of.gamma);
    Tensor gamma = of.perChannel(of.gamma);
    Tensor dscale = of.perChannel(of.gamma);
    Tensor dshift = of.perChannel(of.gamma);
    Tensor y = Tensor.zeros(Shape.of(s), DataType.DOUBLE);
    Nd4jKernels k = Nd4jKernels.INSTANCE;
    k.l1Norm(x, gamma, of.perChannel(of.beta), kappa, EPS, mean, spread, y);
    k.l1NormBackward(x, dx, gamma, kappa, EPS, mean, spread, dx, dscale, dshift);
    double[] expected = dx.toDoubles();

    IntegerL1Norm norm = java(of.c, kappa, 8);
    MemorySegment codes = codes(expected.length);
    norm.forward(of.x, IN, of.n, of.p, of.gamma, of.beta, codes);
    int draws = 400;
    double[] sums = new double[expected.length];
    for (int d = 0; d < draws; d++) {
      double scale = norm.backward(of.x, of.g, UP, SEEDS.child("draw", d).key(), codes);
      for (int i = 0; i < sums.length; i++) {
        double value = scale * codes.get(JAVA_BYTE, i);
        assertThat(value).isCloseTo(expected[i], offset(scale * (1 + 1e-3)));
        sums[i] += value / scale;
      }
      if (d == draws - 1) {
        double all = 0;
        for (int i = 0; i < sums.length; i++) {
          double off = sums[i] / draws - expected[i] / scale;
          // A draw deviates by at most half a code: 6 deviations of the mean of 400.
          assertThat(off).isCloseTo(0, offset(6 * 0.5 / Math.sqrt(draws)));
          all += off;
        }
        assertThat(all / sums.length).isCloseTo(0, offset(3.0 / Math.sqrt(draws * sums.length)));
      }
    }
    for (int c = 0; c < of.c; c++) {
      double size = 1e-6 * (1 + Math.abs(dscale.toDoubles()[c]));
      assertThat((double) norm.scaleGradient()[c]).isCloseTo(dscale.toDoubles()[c], offset(size));
      assertThat((double) norm.shiftGradient()[c]).isCloseTo(dshift.toDoubles()[c], offset(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void nativeBitsAreTheReferences(int[] s) {
    assumeTrue(NativeLibrary.available(), "the native kernels were not built");
    Case of = Case.of(s[0], s[1], s[2]);
    MemorySegment extreme = codes((int) of.x.byteSize());
    MemorySegment even = codes((int) of.x.byteSize());
    for (int i = 0; i < extreme.byteSize(); i++) {
      extreme.set(JAVA_BYTE, i, (byte) (i % 3 == 0 ? -128 : 127));
      // Most are the mean, whose level is its own.
      int inChannel = i / (of.c * of.p) * of.p + i % of.p;
      even.set(JAVA_BYTE, i, (byte) (inChannel == 0 ? 7 : inChannel == 1 ? 3 : 5));
    }
    for (InstructionSet set : InstructionSet.values()) {
      if (set.compareTo(InstructionSet.best()) <= 0) {
        same(of, of.x, of.g, set);
        same(of, extreme, of.g, set);
        same(of, of.x, extreme, set);
        same(of, extreme, extreme, set);
        same(of, even, of.g, set);
      }
    }
  }

  private static void same(Case of, MemorySegment x, MemorySegment g, InstructionSet set) {
    for (int bits = 2; bits <= 8; bits += 2) {
      IntegerL1Norm plain = java(of.c, 1, bits);
      IntegerL1Norm fast = new IntegerL1Norm(of.c, 1, EPS, bits, new IntegerL1NormNative(set));
      MemorySegment a = codes((int) x.byteSize());
      MemorySegment b = codes((int) x.byteSize());
      assertThat(fast.forward(x, IN, of.n, of.p, of.gamma, of.beta, b))
          .isEqualTo(plain.forward(x, IN, of.n, of.p, of.gamma, of.beta, a));
      assertThat(Arrays.mismatch(bytes(b), bytes(a))).as("first code that differs").isEqualTo(-1);
      assertThat(fast.backward(x, g, UP, 77L << 32 | 5, b))
          .isEqualTo(plain.backward(x, g, UP, 77L << 32 | 5, a));
      assertThat(Arrays.mismatch(bytes(b), bytes(a))).as("first code that differs").isEqualTo(-1);
      int qmax = (1 << (bits - 1)) - 1;
      for (byte code : bytes(a)) {
        assertThat((int) code).isBetween(-qmax, qmax);
      }
      assertThat(fast.scaleGradient()).isEqualTo(plain.scaleGradient());
      assertThat(fast.shiftGradient()).isEqualTo(plain.shiftGradient());
    }
  }

  /** A gradient of a tenth of what a draw of 8 bits can tell apart, on either side of 0. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1 / 256, -0.1 / 256, 5 - 0.1 / 256})
  void drawsAreUnbiasedBelowTheirLastBit(double worth) {
    int keys = 1 << 14;
    int size = 64;
    MemorySegment x = codes(size);
    MemorySegment g = codes(size);
    for (int i = 0; i < size; i++) {
      x.set(JAVA_BYTE, i, (byte) (i % 2));
      g.set(JAVA_BYTE, i, (byte) (i % 5));
    }
    int level = (int) Math.round(worth * (1 << 22));
    IntegerL1NormLoops.Down down = new IntegerL1NormLoops.Down(0, 0, level, level, level);
    IntegerL1NormLoops.Place place = new IntegerL1NormLoops.Place(0, 1, 1, size);
    MemorySegment out = codes(size);
    long sum = 0;
    for (int key = 0; key < keys; key++) {
      IntegerL1NormReference.INSTANCE.down(x, g, place, down, SEEDS.child("fine", key).key(), out);
      for (int i = 0; i < size; i++) {
        sum += out.get(JAVA_BYTE, i);
      }
    }
    // One in 2560 draws adds or takes one: 2^20 draws deviate by 20 of 410 or so in their sum.
    double n = (double) keys * size;
    assertThat(sum / n - worth).isCloseTo(0, offset(6 * Math.sqrt(0.1 / 256 / n)));
  }

  /** Chi-square of the draws' 256 values, of neighbours' sums, and of one place over keys. */
  @Test
  void drawsAreUniformAndIndependent() {
    int n = 1 << 18;
    double[] values = new double[256];
    double[] sums = new double[256];
    double[] overKeys = new double[256];
    int before = 0;
    for (int i = 0; i < n; i++) {
      int draw = IntegerL1NormReference.draw(77L << 32 | 5, i / 49, i % 49, 49);
      values[draw]++;
      sums[draw + before & 255]++;
      before = draw;
      overKeys[IntegerL1NormReference.draw(SEEDS.child("key", i).key(), 3, 7, 49)]++;
    }
    for (double[] counts : new double[][] {values, sums, overKeys}) {
      double expected = n / 256.0;
      double chi = 0;
      for (double count : counts) {
        chi += (count - expected) * (count - expected) / expected;
      }
      // 255 degrees of freedom: mean 255, deviation 22.6.
      assertThat(chi).isBetween(255 - 5 * 22.6, 255 + 5 * 22.6);
    }
  }

  /** Codes 1, 2, 3 about a mean of 2: as in the float layer, the middle one has no sign. */
  @Test
  void anElementAtTheMeanHasNoSign() {
    MemorySegment x = MemorySegment.ofArray(new byte[] {1, 2, 3});
    MemorySegment g = MemorySegment.ofArray(new byte[] {100, 0, 0});
    MemorySegment out = codes(3);
    IntegerL1Norm norm = new IntegerL1Norm(1, 1, 1e-12, 8, IntegerL1NormReference.INSTANCE);
    norm.forward(x, 1, 3, 1, new float[] {1}, new float[] {0}, out);
    double[] mean = new double[3];
    for (int d = 0; d < 4000; d++) {
      double scale = norm.backward(x, g, 0.01, SEEDS.child("sign", d).key(), out);
      for (int i = 0; i < 3; i++) {
        mean[i] += scale * out.get(JAVA_BYTE, i) / 4000;
      }
    }
    // By hand: (1/4, -1/2, 1/4).
    assertThat(mean).containsExactly(new double[] {0.25, -0.5, 0.25}, offset(2e-4));
  }

  @Test
  void aConstantChannelGivesTheShiftAndNoGradient() {
    MemorySegment x = codes(6);
    x.fill((byte) 113);
    MemorySegment g = codes(6);
    g.fill((byte) -7);
    MemorySegment out = codes(6);
    IntegerL1Norm norm = java(1, 1, 8);
    double scale = norm.forward(x, IN, 2, 3, new float[] {1}, new float[] {0.5f}, out);
    assertThat(scale * out.get(JAVA_BYTE, 4)).isEqualTo(0.5, offset(scale / 2));
    assertThat(norm.spread()).containsExactly(0);
    assertThat(norm.backward(x, g, UP, 1, out)).isEqualTo(1);
    assertThat(bytes(out)).containsOnly(0);
    assertThat(norm.shiftGradient()[0]).isEqualTo((float) (-42 * UP));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    IntegerL1Norm norm = java(2, 1, 8);
    MemorySegment x = codes(12);
    float[] ones = {1, 1};
    assertThatThrownBy(() -> norm.forward(x, IN, 3, 4, ones, ones, x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a byte for each of batch * channels * positions");
    assertThatThrownBy(() -> norm.forward(x, IN, 1, 1, ones, ones, x))
        .hasMessageContaining("elements of a channel");
    assertThatThrownBy(() -> norm.forward(x, IN, 1, 65537, ones, ones, x))
        .hasMessageContaining("1 to 65536");
    assertThatThrownBy(() -> norm.forward(x, IN, 65, 65536, ones, ones, x))
        .hasMessageContaining("2 to 4194304");
    assertThatThrownBy(() -> norm.forward(x, Double.NaN, 1, 6, ones, ones, x))
        .hasMessageContaining("scale of x");
    assertThatThrownBy(() -> norm.forward(x, IN, 1, 6, new float[] {1, Float.NaN}, ones, x))
        .hasMessageContaining("gamma");
    assertThatThrownBy(() -> java(2, 1, 8).backward(x, x, UP, 1, x))
        .hasMessageContaining("forward");
    assertThatThrownBy(() -> java(2, 1, 9)).hasMessageContaining("bits");
    assertThatThrownBy(() -> java(2, 0, 8)).hasMessageContaining("kappa");
  }
}
