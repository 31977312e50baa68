package dev.tributary.engine.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tributary.engine.Cases;
import dev.tributary.engine.cuda.CudaDevice;
import dev.tributary.engine.cuda.GpuOnCpu;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Nd4jKernels;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every tier against the definition, to the bit, wherever it does not refuse. */
class TiersTest {
  private static final Seeds SEEDS = Seeds.root(51);

  /** Of a step, such as minus a learning rate. */
  private static final double FACTOR = -0.0375;

  /** A product of codes of so many bits, with groups on either side. */
  record Case(int m, int n, int k, int bits, int leftGroups, int rightGroups, boolean extreme) {}

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    int[][] shapes = {
      {1, 1, 1},
      {1, 7, 13},
      {13, 1, 2},
      {5, 17, 3},
      {12, 32, 64},
      {13, 33, 257},
      {31, 16, 130},
      {37, 101, 67},
      {3, 48, 1031},
      {65, 64, 576},
      {29, 11, 4},
      // Blocks of AMX: halves and wholes of tiles, and of lengths that 64 does not divide.
      {16, 17, 65},
      {17, 16, 128},
      {33, 48, 541},
      {300, 20, 901}
    };
    for (int[] s : shapes) {
      for (int bits = 2; bits <= 8; bits++) {
        cases.add(new Case(s[0], s[1], s[2], bits, 1, 1, false));
        cases.add(new Case(s[0], s[1], s[2], bits, 4, 1, bits % 2 == 0));
      }
      cases.add(new Case(s[0], s[1], s[2], 4, 1, 8, false));
      cases.add(new Case(s[0], s[1], s[2], 6, 3, 5, false));
      // Powers of two that the other operand's codes take, from either side.
      cases.add(new Case(s[0], s[1], s[2], 6, 4, 2, true));
      cases.add(new Case(s[0], s[1], s[2], 6, 1, 5, true));
      cases.add(new Case(s[0], s[1], s[2], 5, 7, 1, false));
      cases.add(new Case(s[0], s[1], s[2], 8, 8, 8, true));
    }
    // Past the flush of 16-bit sums, and so long that 32 bits do not hold the sums.
    cases.add(new Case(3, 17, 2053, 4, 4, 1, true));
    cases.add(new Case(5, 40, 25_088, 4, 4, 1, true));
    cases.add(new Case(5, 40, 25_088, 6, 4, 1, true));
    cases.add(new Case(5, 40, 25_088, 8, 4, 1, true));
    cases.add(new Case(2, 3, 140_000, 8, 1, 1, true));
    cases.add(new Case(2, 3, 140_000, 8, 2, 3, true));
    // Two levels of blocks in both operands.
    cases.add(new Case(530, 600, 40, 5, 2, 1, false));
    return cases.stream();
  }

  static List<IntegerGemm> tiers() {
    List<IntegerGemm> tiers = new ArrayList<>();
    tiers.add(new FloatGemm(CpuKernels.INSTANCE));
    tiers.add(new FloatGemm(Nd4jKernels.INSTANCE));
    if (OneDnnGemm.available()) {
      tiers.add(new OneDnnGemm());
    }
    if (NativeGemm.available()) {
      for (InstructionSet set : InstructionSet.values()) {
        if (set.compareTo(InstructionSet.best()) <= 0) {
          tiers.add(new NativeGemm(set));
        }
      }
    }
    if (GpuOnCpu.available()) {
      tiers.add(new GpuGemm(GpuOnCpu.device()));
    }
    return tiers;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agree(Case c) {
    for (Axis left : Axis.values()) {
      for (Axis right : Axis.values()) {
        QuantizedMatrix a = codes("a", c, left, c.m, c.leftGroups);
        QuantizedMatrix b = codes("b", c, right, c.n, c.rightGroups);
        // One way is enough for sums that take a GPU seconds that is played by a processor.
        boolean gpu = c.k < 2000 || (left == Axis.ROWS && right == Axis.ROWS);
        compare(c, a.over(left), b.over(right), gpu);
      }
    }
  }

  private static void compare(Case c, Operand a, Operand b, boolean gpu) {
    Tensor bias = Cases.tensor(SEEDS.child("bias"), DataType.FLOAT, c.n);
    Tensor expected = Tensor.zeros(Shape.of(c.m, c.n));
    Tensor actual = Tensor.zeros(Shape.of(c.m, c.n));
    long[] expectedSums = new long[c.m * c.n];
    long[] sums = new long[c.m * c.n];
    IntegerGemm reference = new ReferenceGemm();
    reference.sums(a, b, expectedSums);
    reference.multiply(a, b, bias, expected);
    Tensor before = Cases.tensor(SEEDS.child("before"), DataType.FLOAT, c.m, c.n);
    float[] added = before.toFloats();
    for (int i = 0; i < added.length; i++) {
      double unit = a.unit(i / c.n) * (b.unit(i % c.n) * FACTOR);
      added[i] = (float) (expectedSums[i] * unit + added[i]);
    }
    for (IntegerGemm tier : tiers()) {
      if (tier instanceof GpuGemm && !gpu) {
        continue;
      }
      if (tier.refusal(a, b).isPresent()) {
        assertThatThrownBy(() -> tier.multiply(a, b, bias, actual))
            .hasMessageContaining(tier.tier())
            .hasMessageContaining("up to");
        continue;
      }
      tier.sums(a, b, sums);
      assertThat(sums).as(tier.tier()).isEqualTo(expectedSums);
      actual.array().assign(Float.NaN);
      tier.multiply(a, b, bias, actual);
      assertThat(actual.toFloats()).as(tier.tier()).isEqualTo(expected.toFloats());
      actual.copyFrom(before);
      tier.add(a, b, FACTOR, actual);
      assertThat(actual.toFloats()).as(tier.tier()).isEqualTo(added);
    }
  }

  /** Random codes, or such as make every sum as large as it can be. */
  private static QuantizedMatrix codes(String name, Case c, Axis axis, int outer, int groups) {
    int rows = axis == Axis.ROWS ? c.k : outer;
    int columns = axis == Axis.ROWS ? outer : c.k;
    RandomStream random = SEEDS.child(name + c).stream();
    Quantizer quantizer = Quantizer.shift(c.bits, groups);
    byte[] codes = new byte[rows * columns];
    for (int i = 0; i < codes.length; i++) {
      int code = random.nextInt(2 * quantizer.qmax() + 1) - quantizer.qmax();
      // The same sign along an outer index, so that nothing cancels.
      int index = axis == Axis.ROWS ? i % columns : i / columns;
      codes[i] = (byte) (c.extreme ? (index % 2 == 0 ? 1 : -1) * quantizer.qmax() : code);
    }
    int[] exponents = new int[groups > 1 ? c.k : 0];
    for (int k = 0; k < exponents.length; k++) {
      exponents[k] = c.extreme && k % 3 > 0 ? 0 : random.nextInt(groups);
    }
    QuantizedMatrix matrix = new QuantizedMatrix(name);
    matrix.set(codes, rows, columns, axis, quantizer, exponents, 0.0123 * (outer + 1));
    return matrix;
  }

  @Test
  void eachTierIsComparedSomewhere() {
    Case small = new Case(3, 4, 5, 4, 2, 1, false);
    Operand a = codes("a", small, Axis.COLUMNS, 3, 2).over(Axis.COLUMNS);
    Operand b = codes("b", small, Axis.ROWS, 4, 1).over(Axis.ROWS);
    for (IntegerGemm tier : tiers()) {
      if (!(tier instanceof OneDnnGemm)) {
        assertThat(tier.refusal(a, b)).as(tier.tier()).isEmpty();
      }
    }
    assertThat(tiers().size()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void nothingTimesNothing() {
    for (IntegerGemm tier :
        Stream.concat(Stream.of(new ReferenceGemm()), tiers().stream()).toList()) {
      QuantizedMatrix a = new QuantizedMatrix("a");
      QuantizedMatrix b = new QuantizedMatrix("b");
      a.set(new byte[0], 0, 5, 4, 1);
      b.set(new byte[15], 3, 5, 4, 1);
      tier.sums(a.over(Axis.COLUMNS), b.over(Axis.COLUMNS), new long[0]);
      a.set(new byte[0], 2, 0, 4, 1);
      b.set(new byte[0], 0, 3, 4, 1);
      long[] sums = {1, 1, 1, 1, 1, 1};
      tier.sums(a.over(Axis.COLUMNS), b.over(Axis.ROWS), sums);
      assertThat(sums).as(tier.tier()).containsOnly(0);
    }
  }

  @Test
  void theAccumulatorsBoundIsRespectedToTheLastTerm() {
    // 127 * 127 * 2^3 * k is at most 2^31 - 1 up to k = 16,643.
    for (int k : new int[] {16_643, 16_644}) {
      Case c = new Case(2, 2, k, 8, 4, 1, true);
      byte[] codes = new byte[2 * k];
      Arrays.fill(codes, (byte) 127);
      QuantizedMatrix a = new QuantizedMatrix("a");
      a.set(codes, 2, k, Axis.COLUMNS, Quantizer.shift(8, 4), new int[k], 1);
      QuantizedMatrix b = new QuantizedMatrix("b");
      b.set(codes, k, 2, 8, 1);
      compare(c, a.over(Axis.COLUMNS), b.over(Axis.ROWS), true);
    }
  }

  @Test
  void threadsWithPartsOfTheSumsGiveTheSameBits() {
    // So long that threads take chunks of their own, and sums of unequal parts; then what they
    // share is cut into blocks for each.
    List<Case> cases =
        List.of(
            new Case(5, 40, 25_088, 4, 4, 1, true),
            new Case(16, 144, 9001, 6, 4, 1, false),
            new Case(2, 3, 50_176, 4, 4, 1, true),
            new Case(530, 600, 40, 5, 2, 1, false));
    try {
      // So many that the chunks, a multiple of the threads, are far more than the sum is long for.
      for (int threads : new int[] {2, 3, 21, 48}) {
        Engine.create(threads).enter();
        for (Case c : cases) {
          QuantizedMatrix a = codes("a", c, Axis.ROWS, c.m, c.leftGroups);
          QuantizedMatrix b = codes("b", c, Axis.ROWS, c.n, c.rightGroups);
          compare(c, a.over(Axis.ROWS), b.over(Axis.ROWS), false);
        }
      }
    } finally {
      Engine.create(1).enter();
    }
  }

  @Test
  void groupsThatNothingIsInAreNoHindranceToManyRows() {
    // Sums of 64 bits with an empty last group: a chunk without a term, of more rows than fit.
    int k = 1041;
    int rows = 70_000;
    QuantizedMatrix a = new QuantizedMatrix("a");
    byte[] codes = new byte[rows * k];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (i % 255 - 127);
    }
    a.set(codes, rows, k, Axis.COLUMNS, Quantizer.shift(8, 8), new int[k], 1);
    QuantizedMatrix b = new QuantizedMatrix("b");
    byte[] right = new byte[k];
    Arrays.fill(right, (byte) 3);
    b.set(right, k, 1, 8, 1);
    long[] sums = new long[rows];
    for (IntegerGemm tier : tiers()) {
      if (tier instanceof NativeGemm) {
        tier.sums(a.over(Axis.COLUMNS), b.over(Axis.ROWS), sums);
        for (int r : new int[] {0, 1, 65_544, rows - 1}) {
          long sum = 0;
          for (int i = 0; i < k; i++) {
            sum += 3L * 128 * codes[r * k + i];
          }
          assertThat(sums[r]).as(tier.tier() + " row " + r).isEqualTo(sum);
        }
      }
    }
  }

  @Test
  void addingSaysWhatIsLargestThen() {
    Case c = new Case(13, 40, 7, 4, 1, 1, false);
    QuantizedMatrix a = codes("a", c, Axis.COLUMNS, c.m, 1);
    QuantizedMatrix b = codes("b", c, Axis.ROWS, c.n, 1);
    for (IntegerGemm tier : tiers()) {
      Tensor actual = Cases.tensor(SEEDS.child("moved"), DataType.FLOAT, c.m * c.n);
      Tensor expected = Cases.tensor(SEEDS.child("moved"), DataType.FLOAT, c.m * c.n);
      new ReferenceGemm().add(a.over(Axis.COLUMNS), b.over(Axis.ROWS), -0.5, expected);
      float largest = tier.addForLargest(a.over(Axis.COLUMNS), b.over(Axis.ROWS), -0.5, actual);
      assertThat(actual.toFloats()).as(tier.tier()).isEqualTo(expected.toFloats());
      float most = 0;
      for (float value : expected.toFloats()) {
        most = Math.max(most, Math.abs(value));
      }
      assertThat(largest).as(tier.tier()).isIn(Float.NaN, most);
      if (tier instanceof NativeGemm) {
        assertThat(largest).as(tier.tier()).isEqualTo(most);
      }
    }
  }

  @Test
  void oneDnnRefusesWhatItCannotAdd() {
    assumeThat(OneDnnGemm.available()).isTrue();
    QuantizedMatrix a = new QuantizedMatrix("a");
    QuantizedMatrix b = new QuantizedMatrix("b");
    a.set(new byte[2], 1, 2, 8, 1);
    b.set(new byte[2], 2, 1, 8, 1);
    Operand left = a.over(Axis.COLUMNS);
    Operand right = b.over(Axis.ROWS);
    assertThat(new OneDnnGemm(false).refusal(left, right)).get().asString().contains("64516");
    assertThat(new OneDnnGemm(true).refusal(left, right)).isEmpty();
    a.set(new byte[2], 1, 2, 7, 1);
    b.set(new byte[2], 2, 1, 7, 1);
    assertThat(new OneDnnGemm(false).refusal(left, right)).isEmpty();
    a.set(new byte[140_000], 1, 140_000, 8, 1);
    b.set(new byte[140_000], 140_000, 1, 8, 1);
    assertThat(new OneDnnGemm(true).refusal(left, right)).get().asString().contains("2258060000");
    a.set(new byte[2], 1, 2, Axis.COLUMNS, Quantizer.shift(6, 4), new int[2], 1);
    b.set(new byte[2], 2, 1, 6, 1);
    assertThat(new OneDnnGemm(true).refusal(left, right)).get().asString().contains("248");
  }

  @Test
  void floatsRefuseProductsThatTheyDoNotHold() {
    QuantizedMatrix a = new QuantizedMatrix("a");
    QuantizedMatrix b = new QuantizedMatrix("b");
    a.set(new byte[2], 1, 2, Axis.COLUMNS, Quantizer.shift(8, 8), new int[2], 1);
    b.set(new byte[2], 2, 1, Axis.ROWS, Quantizer.shift(8, 8), new int[2], 1);
    assertThat(new FloatGemm(CpuKernels.INSTANCE).refusal(a.over(Axis.COLUMNS), b.over(Axis.ROWS)))
        .get()
        .asString()
        .contains("264257536")
        .contains("16777216");
  }

  @Test
  void shapesMustFit() {
    QuantizedMatrix a = new QuantizedMatrix("a");
    QuantizedMatrix b = new QuantizedMatrix("b");
    a.set(new byte[6], 2, 3, 4, 1);
    b.set(new byte[8], 4, 2, 4, 1);
    IntegerGemm reference = new ReferenceGemm();
    Operand left = a.over(Axis.COLUMNS);
    Operand right = b.over(Axis.ROWS);
    assertThatThrownBy(() -> reference.sums(left, right, new long[4]))
        .hasMessageContaining("2 x 3")
        .hasMessageContaining("4 x 2");
    Operand fits = b.over(Axis.COLUMNS);
    a.set(new byte[6], 3, 2, 4, 1);
    Tensor c = Tensor.zeros(Shape.of(3, 3));
    assertThatThrownBy(() -> reference.multiply(a.over(Axis.COLUMNS), fits, null, c))
        .hasMessageContaining("9 elements");
  }

  @Test
  void aGpuThatIsNotThereIsRefusedWithTheReason() {
    Settings cuda = MapSettings.of(Map.of("integer", "cuda"));
    String absence = CudaDevice.absence();
    if (absence.isEmpty()) {
      assertThat(Tiers.from(cuda, CpuKernels.INSTANCE).tier()).startsWith("cuda ");
    } else {
      assertThatThrownBy(() -> Tiers.from(cuda, CpuKernels.INSTANCE))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("auto, native, onednn, float or reference")
          .hasMessageContaining(absence);
    }
  }

  @Test
  void tiersAreForcedByName() {
    for (String name : List.of("auto", "float", "reference")) {
      IntegerGemm tier = Tiers.from(MapSettings.of(Map.of("integer", name)), CpuKernels.INSTANCE);
      assertThat(tier.tier()).startsWith(name.equals("auto") ? "" : name);
    }
    assertThatThrownBy(
            () -> Tiers.from(MapSettings.of(Map.of("integer", "fast")), CpuKernels.INSTANCE))
        .hasMessageContaining("auto, native, onednn, float, cuda, reference");
  }
}
