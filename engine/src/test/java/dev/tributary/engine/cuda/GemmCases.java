package dev.tributary.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Products in awkward shapes, and a plain loop to compare with. */
final class GemmCases {
  private static final int LONG = 25_088;

  private GemmCases() {}

  /**
   * A product.
   *
   * @param bits of both operands' codes
   * @param leftGroups powers of two of the left operand's terms are below it, and so on
   * @param extreme codes that make every sum as large as it can be
   */
  record Case(int m, int n, int k, int bits, int leftGroups, int rightGroups, boolean extreme) {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    int[][] shapes = {
      {1, 1, 1},
      {1, 7, 13},
      {13, 1, 2},
      {5, 17, 3},
      {64, 64, 64},
      {65, 63, 257},
      {3, 130, 103},
      {0, 5, 4},
      {4, 0, 4},
      {2, 3, 0}
    };
    for (int[] s : shapes) {
      cases.add(new Case(s[0], s[1], s[2], 2, 1, 1, false));
      cases.add(new Case(s[0], s[1], s[2], 4, 4, 1, false));
      cases.add(new Case(s[0], s[1], s[2], 6, 3, 5, false));
      cases.add(new Case(s[0], s[1], s[2], 8, 1, 8, true));
      cases.add(new Case(s[0], s[1], s[2], 8, 8, 8, true));
    }
    // So long that 32 bits do not hold the sums; the first is digit-cnn's dW.
    cases.add(new Case(5, 40, LONG, 8, 4, 1, true));
    cases.add(new Case(2, 3, 140_000, 8, 1, 1, true));
    return cases;
  }

  /** Compares sums and floats, for short sums with operands lying all four ways. */
  static void compare(CudaGemm gemm, Case c) {
    // One way is enough for sums that take seconds on a processor.
    for (int way = 0; way < (c.k < LONG ? 4 : 1); way++) {
      Random random = new Random(c.hashCode() + way);
      CodeMatrix a = matrix(random, c, c.m, c.leftGroups, (way & 1) == 1);
      CodeMatrix b = matrix(random, c, c.n, c.rightGroups, (way & 2) == 2);
      compare(gemm, a, b, random);
    }
  }

  private static void compare(CudaGemm gemm, CodeMatrix a, CodeMatrix b, Random random) {
    int m = a.outer();
    int n = b.outer();
    long[] expected = sums(a, b);
    long[] sums = new long[m * n];
    gemm.sums(a, b, sums);
    assertThat(sums).isEqualTo(expected);
    for (boolean biased : new boolean[] {true, false}) {
      MemorySegment bias = biased ? floats(n) : MemorySegment.NULL;
      float[] worth = new float[m * n];
      for (int j = 0; biased && j < n; j++) {
        bias.setAtIndex(JAVA_FLOAT, j, random.nextFloat());
      }
      for (int at = 0; at < m * n; at++) {
        double left = a.units()[a.units().length == 1 ? 0 : at / n];
        double right = b.units()[b.units().length == 1 ? 0 : at % n];
        double value = expected[at] * (left * right);
        worth[at] = (float) (biased ? value + bias.getAtIndex(JAVA_FLOAT, at % n) : value);
      }
      MemorySegment c = floats(m * n);
      gemm.multiply(a, b, bias, c);
      assertThat(c.toArray(JAVA_FLOAT)).isEqualTo(worth);
    }
  }

  private static long[] sums(CodeMatrix a, CodeMatrix b) {
    long[] sums = new long[a.outer() * b.outer()];
    for (int i = 0; i < a.outer(); i++) {
      for (int j = 0; j < b.outer(); j++) {
        for (int k = 0; k < a.terms(); k++) {
          sums[i * b.outer() + j] += term(a, i, k) * term(b, j, k);
        }
      }
    }
    return sums;
  }

  private static long term(CodeMatrix matrix, int outer, int k) {
    int at = matrix.sumsRows() ? k * matrix.columns() + outer : outer * matrix.columns() + k;
    return (long) matrix.codes().get(JAVA_BYTE, at) << matrix.weight(k);
  }

  private static CodeMatrix matrix(Random random, Case c, int outer, int groups, boolean sumsRows) {
    int qmax = (1 << (c.bits - 1)) - 1;
    int columns = sumsRows ? outer : c.k;
    byte[] codes = new byte[outer * c.k];
    for (int at = 0; at < codes.length; at++) {
      int index = sumsRows ? at % columns : at / columns;
      // The same sign along an outer index, so that nothing cancels.
      codes[at] =
          (byte) (c.extreme ? (index % 2 == 0 ? qmax : -qmax) : random.nextInt(-qmax, qmax + 1));
    }
    byte[] weights = new byte[groups > 1 ? c.k : 0];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = (byte) (c.extreme && k % 3 > 0 ? groups - 1 : random.nextInt(groups));
    }
    double[] units = new double[random.nextBoolean() ? 1 : outer];
    Arrays.setAll(units, i -> 0.0123 * (i + 1));
    return new CodeMatrix(
        GpuOnCpu.outside(codes), sumsRows ? c.k : outer, columns, sumsRows, weights, qmax, units);
  }

  private static MemorySegment floats(int count) {
    return Arena.ofAuto().allocate(JAVA_FLOAT, count);
  }
}
