package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeanAccumulatorTest {
  private static final MathContext EXACT = new MathContext(80);

  private record Weighted(ParameterVector vector, double share) {}

  private static ParameterVector mean(ParameterLayout layout, List<Weighted> terms) {
    MeanAccumulator mean = new MeanAccumulator(layout);
    terms.forEach(t -> mean.add(t.vector(), t.share()));
    return mean.mean();
  }

  /** Random vectors of very different sizes, with shares in proportion to random counts. */
  private static List<Weighted> cohort(ParameterLayout layout, int clients, long seed) {
    RandomStream random = Seeds.root(seed).stream();
    int[] examples = new int[clients];
    Arrays.setAll(examples, _ -> 1 + random.nextInt(1000));
    double total = Arrays.stream(examples).sum();
    List<Weighted> terms = new ArrayList<>();
    for (int count : examples) {
      double scale = StrictMath.pow(10, random.nextInt(8) - 4);
      terms.add(new Weighted(Fixtures.gaussian(layout, random, scale), count / total));
    }
    return terms;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyOrderOfArrivalGivesTheSameBits(long seed) {
    ParameterLayout layout = Fixtures.layout(257);
    List<Weighted> terms = cohort(layout, 41, seed);
    String expected = mean(layout, terms).sha256();
    for (int i = 0; i < 50; i++) {
      int[] order = Seeds.root(seed).child("order", i).stream().permutation(terms.size());
      List<Weighted> shuffled = Arrays.stream(order).mapToObj(terms::get).toList();
      assertThat(mean(layout, shuffled).sha256()).isEqualTo(expected);
    }
  }

  /** The plain sum that is replaced does depend on the order: the test above can fail. */
  @Test
  void aSumInFloatingPointWouldNot() {
    ParameterLayout layout = Fixtures.layout(257);
    List<Weighted> terms = cohort(layout, 41, 1);
    double[] forwards = new double[257];
    double[] backwards = new double[257];
    for (int i = 0; i < 257; i++) {
      for (Weighted term : terms) {
        forwards[i] += term.vector().get(i) * term.share();
      }
      for (Weighted term : terms.reversed()) {
        backwards[i] += term.vector().get(i) * term.share();
      }
    }
    assertThat(Arrays.equals(forwards, backwards)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 1000})
  void theErrorIsWithinTheStatedBound(int clients) {
    ParameterLayout layout = Fixtures.layout(31);
    List<Weighted> uneven = cohort(layout, clients, 100 + clients);
    List<Weighted> uniform =
        uneven.stream().map(t -> new Weighted(t.vector(), 1.0 / clients)).toList();
    ParameterVector meanOfUneven = mean(layout, uneven);
    ParameterVector meanOfUniform = mean(layout, uniform);
    for (int i = 0; i < layout.size(); i++) {
      assertWithinBound(uneven, i, meanOfUneven.get(i), false);
      assertWithinBound(uniform, i, meanOfUniform.get(i), true);
    }
  }

  private static void assertWithinBound(
      List<Weighted> terms, int element, float found, boolean uniform) {
    BigDecimal shares = BigDecimal.ZERO;
    BigDecimal sum = BigDecimal.ZERO;
    for (Weighted term : terms) {
      BigDecimal share = uniform ? BigDecimal.ONE : new BigDecimal(term.share());
      shares = shares.add(share);
      sum = sum.add(share.multiply(new BigDecimal(term.vector().get(element))));
    }
    BigDecimal exact = sum.divide(shares, EXACT);
    double absolute = 0;
    double spread = 0;
    for (Weighted term : terms) {
      double value = term.vector().get(element);
      absolute += Math.abs(value) * term.share();
      spread += uniform ? 0 : Math.abs(value - exact.doubleValue());
    }
    double bound = terms.size() * 0x1p-45 + absolute * 0x1p-50 + spread * 0x1p-41;
    // Shares sum to 1 up to 2^-41 each, and then the mean is rounded to float32.
    bound = bound * 1.000001 + Math.ulp(found) / 2.0;
    assertThat(new BigDecimal(found).subtract(exact).abs().doubleValue())
        .isLessThanOrEqualTo(bound);
  }

  /** fl_agg of the published test vectors: clients A and B, once half and half, once 25 to 75. */
  @Test
  void givesTheWorkedExample() {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("conv.w", Role.WEIGHT, Shape.of(1))
            .add("bn.gamma", Role.NORM_SCALE, Shape.of(1))
            .add("bn.beta", Role.NORM_SHIFT, Shape.of(1))
            .add("bn.mean", Role.NORM_RUNNING_MEAN, Shape.of(1))
            .add("bn.var", Role.NORM_RUNNING_VAR, Shape.of(1))
            .build();
    ParameterVector a = ParameterVector.of(layout, 2, 1.2f, 0.1f, 5, 4);
    ParameterVector b = ParameterVector.of(layout, 6, 0.8f, 0.3f, 1, 9);
    assertThat(mean(layout, List.of(new Weighted(a, 0.5), new Weighted(b, 0.5))).toArray())
        .containsExactly(4, 1, 0.2f, 3, 6.5f);
    float[] weighted =
        mean(layout, List.of(new Weighted(a, 0.25), new Weighted(b, 0.75))).toArray();
    assertThat(weighted[0]).isEqualTo(5);
    assertThat(weighted[1]).isCloseTo(0.9f, within(1e-7f));
    assertThat(weighted[2]).isCloseTo(0.25f, within(3e-8f));
    assertThat(weighted[3]).isEqualTo(2);
    assertThat(weighted[4]).isEqualTo(7.75f);
  }

  /** To the bit where half an ulp (4.6e-10 at 0.01) exceeds the bound (2.9e-11 for a thousand). */
  @Test
  void theMeanOfEqualVectorsIsThatVector() {
    ParameterLayout layout = Fixtures.layout(500);
    RandomStream random = Seeds.root(9).stream();
    float[] values = new float[500];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextBoolean() ? 1 : -1) * (0.01f + random.nextFloat());
    }
    ParameterVector vector = ParameterVector.of(layout, values);
    for (int clients : new int[] {1, 3, 7, 49, 1000}) {
      List<Weighted> terms = new ArrayList<>();
      for (int k = 0; k < clients; k++) {
        terms.add(new Weighted(vector, 1.0 / clients));
      }
      assertThat(mean(layout, terms)).as("%d clients", clients).isEqualTo(vector);
    }
  }

  @Test
  void sharesOfTheMissingGoToTheOthersInProportion() {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    mean.add(Fixtures.weights(1, 2, 3, 4), 0.125);
    assertThat(mean.shares()).isEqualTo(0.125);
    mean.add(Fixtures.weights(5, 6, 7, 8), 0.375);
    assertThat(mean.shares()).isEqualTo(0.5);
    assertThat(mean.mean().toArray()).containsExactly(4, 5, 6, 7);
  }

  @Test
  void theLargestValuesDoNotOverflow() {
    float max = MeanAccumulator.MAX_MAGNITUDE;
    assertThat(max).isEqualTo(262_144f);
    ParameterVector extremes = Fixtures.weights(max, -max, max, -max);
    for (int clients : new int[] {1, 2, 3, 1000, 99_991}) {
      MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
      for (int k = 0; k < clients; k++) {
        mean.add(extremes, 1.0 / clients);
      }
      assertThat(mean.mean()).as("%d clients", clients).isEqualTo(extremes);
    }
  }

  @Test
  void sharesThatSumToMoreThanOneAreRefused() {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    ParameterVector large = Fixtures.weights(262_144, 1, 2, 3);
    mean.add(large, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mean.add(large, 0.5))
        .withMessageContaining("sum to at most 1");
    assertThat(mean.mean()).as("what was there is not harmed").isEqualTo(large);
  }

  @ParameterizedTest
  @ValueSource(
      floats = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        262_144.03f,
        -262_144.03f,
        Float.MAX_VALUE
      })
  void whatItCannotHoldIsRefusedWhole(float bad) {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    mean.add(Fixtures.weights(1, 2, 3, 4), 0.5);
    ParameterVector vector = Fixtures.weights(100, 100, bad, 100);
    assertThat(MeanAccumulator.firstOutOfRange(vector)).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mean.add(vector, 0.5))
        .withMessageContaining("element 2")
        .withMessageContaining(String.valueOf(bad));
    assertThat(mean.shares()).isEqualTo(0.5);
    assertThat(mean.mean().toArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void theRangeEndsAtItsLargestMagnitude() {
    assertThat(MeanAccumulator.firstOutOfRange(Fixtures.weights(262_144, -262_144, 0, -0f)))
        .isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.000001, Double.NaN, Double.POSITIVE_INFINITY, 0x1p-42})
  void aShareMustBeOne(double share) {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mean.add(Fixtures.weights(1, 2, 3, 4), share))
        .withMessageContaining(String.valueOf(share));
    assertThatIllegalStateException().isThrownBy(mean::mean);
  }

  @Test
  void anotherLayoutIsRefused() {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mean.add(ParameterVector.zeros(Fixtures.OTHER), 0.5));
  }

  /** A delta below half a unit of the fixed point counts as nothing: the resolution is absolute. */
  @Test
  void theResolutionIsTwoToTheMinus44() {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    mean.add(Fixtures.weights(0x1p-44f, 0x1.8p-46f, -0x1p-44f, 0x1p-43f), 1);
    assertThat(mean.mean().toArray()).containsExactly(0x1p-44f, 0, -0x1p-44f, 0x1p-43f);
  }

  private static ByteString encoded(ParameterVector vector) {
    return TensorCodec.encode(vector, Encoding.FP32);
  }

  /** Lengths around and beyond the blocks in which it goes through them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4095, 4096, 4097, 10_000})
  void whatIsEncodedIsAddedToTheSameBits(int size) throws WireException {
    ParameterLayout layout = Fixtures.layout(size);
    List<Weighted> terms = cohort(layout, 5, size);
    MeanAccumulator mean = new MeanAccumulator(layout);
    for (Weighted term : terms) {
      mean.add(encoded(term.vector()), 1L << 20, term.share());
    }
    assertThat(mean.mean()).isEqualTo(mean(layout, terms));
  }

  @Test
  void halvesAreAddedAsTheyWereRead() throws WireException {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    ByteString blob = TensorCodec.encode(Fixtures.weights(1, -2, 0.1f, 65504), Encoding.FP16);
    mean.add(blob, 1000, 0.5);
    assertThat(mean.mean().toArray()).containsExactly(1, -2, 0x1.998p-4f, 65504);
  }

  /** Pieces of other lengths than those of floats: 600 elements in codes are 256, 256 and 88. */
  @Test
  void codesAreAddedAsTheyWereReadAndTakenBackWithoutATrace() throws WireException {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("a", Role.WEIGHT, Shape.of(600))
            .add("b", Role.BIAS, Shape.of(10))
            .add("c", Role.NORM_RUNNING_VAR, Shape.of(700))
            .build();
    MeanAccumulator mean = new MeanAccumulator(layout);
    List<Weighted> read = new ArrayList<>();
    List<Weighted> terms = cohort(layout, 4, 9);
    for (Weighted term : terms.subList(0, 3)) {
      ByteString blob = TensorCodec.encode(term.vector(), Encoding.INT6, Seeds.root(3));
      mean.add(blob, 1L << 20, term.share());
      read.add(new Weighted(TensorCodec.decode(blob, layout, blob.size()), term.share()));
    }
    byte[] late = TensorCodec.encode(terms.getLast().vector(), Encoding.INT6).toByteArray();
    late[late.length - 1] ^= 1;
    assertThatThrownBy(() -> mean.add(ByteString.copyFrom(late), 1L << 20, terms.getLast().share()))
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.MALFORMED));
    assertThat(mean.mean()).isEqualTo(mean(layout, read));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void vectorsInPiecesOfOtherLengthsAreAddedAlike(boolean codesFirst) throws WireException {
    ParameterLayout layout =
        ParameterLayout.builder().add("a", Role.WEIGHT, Shape.of(1300)).build();
    List<Weighted> terms = cohort(layout, 2, 11);
    ByteString codes = TensorCodec.encode(terms.getFirst().vector(), Encoding.INT6);
    ParameterVector decoded = TensorCodec.decode(codes, layout, codes.size());
    MeanAccumulator mean = new MeanAccumulator(layout);
    if (codesFirst) {
      mean.add(codes, 1L << 20, 0.5);
      mean.add(terms.getLast().vector(), 0.5);
    } else {
      mean.add(terms.getLast().vector(), 0.5);
      mean.add(codes, 1L << 20, 0.5);
    }
    List<Weighted> both =
        List.of(new Weighted(decoded, 0.5), new Weighted(terms.getLast().vector(), 0.5));
    assertThat(mean.mean()).isEqualTo(mean(layout, both));
  }

  /** The blocks before the bad one may have been added: they must go again without a trace. */
  @ParameterizedTest
  @CsvSource({
    "1, NaN, NOT_FINITE",
    "1, 300000, OUT_OF_RANGE",
    "2, NaN, NOT_FINITE",
    "2, -Infinity, NOT_FINITE",
    "3, 300000, OUT_OF_RANGE"
  })
  void aLateBadElementLeavesNothingBehind(int earlier, float bad, RefusalCode code)
      throws WireException {
    ParameterLayout layout = Fixtures.layout(10_000);
    List<Weighted> good =
        cohort(layout, earlier, 1).stream().map(t -> new Weighted(t.vector(), 0.2)).toList();
    float[] values = cohort(layout, 2, 2).getFirst().vector().toArray();
    values[9_000] = bad;
    MeanAccumulator mean = new MeanAccumulator(layout);
    for (Weighted term : good) {
      mean.add(encoded(term.vector()), 1L << 20, term.share());
    }
    ParameterVector vector = ParameterVector.of(layout, values);
    assertThatThrownBy(() -> mean.add(encoded(vector), 1L << 20, 0.25))
        .isInstanceOfSatisfying(WireException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining("element 9000");
    assertThatIllegalArgumentException().isThrownBy(() -> mean.add(vector, 0.25));
    assertThat(mean.mean()).isEqualTo(mean(layout, good));
    mean.add(good.getFirst().vector(), 0.2);
    List<Weighted> more = new ArrayList<>(good);
    more.add(good.getFirst());
    assertThat(mean.mean()).as("and it goes on").isEqualTo(mean(layout, more));
  }

  @Test
  void aBadFirstOneLeavesNothingBehind() {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    ParameterVector bad = Fixtures.weights(1, 2, Float.NaN, 4);
    assertThatIllegalArgumentException().isThrownBy(() -> mean.add(bad, 0.5));
    assertThatIllegalStateException().isThrownBy(mean::mean);
    mean.add(Fixtures.weights(5, 6, 7, 8), 0.5);
    assertThat(mean.mean().toArray()).containsExactly(5, 6, 7, 8);
  }

  /** An integer sum knows no sign of zero, so the mean of one vector has none either. */
  @Test
  void aMeanIsNeverMinusZero() {
    MeanAccumulator mean = new MeanAccumulator(Fixtures.WEIGHTS);
    mean.add(Fixtures.weights(-0f, -0x1p-60f, 0, 1), 0.5);
    assertThat(bits(mean.mean())).startsWith(0, 0, 0);
    mean.add(Fixtures.weights(-0f, -0f, -0f, 1), 0.5);
    assertThat(bits(mean.mean())).startsWith(0, 0, 0);
  }

  private static int[] bits(ParameterVector vector) {
    float[] values = vector.toArray();
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  /** The first vector is written over what was there, also when it is not the first to come. */
  @Test
  void whatWasThereBeforeLeavesNothingBehind() throws WireException {
    ParameterLayout layout = Fixtures.layout(10_000);
    List<Weighted> terms = cohort(layout, 3, 5);
    MeanAccumulator mean = new MeanAccumulator(layout);
    for (Weighted earlier : cohort(layout, 4, 6)) {
      mean.add(earlier.vector(), earlier.share());
    }
    ParameterVector before = mean.mean();
    ParameterVector kept = ParameterVector.of(layout, before.toArray());
    mean.clear();
    assertThat(mean.shares()).isZero();
    assertThatIllegalStateException().isThrownBy(mean::mean);
    float[] values = terms.getFirst().vector().toArray();
    values[9_000] = Float.NaN;
    ParameterVector bad = ParameterVector.of(layout, values);
    assertThatThrownBy(() -> mean.add(encoded(bad), 1L << 20, 0.25))
        .isInstanceOf(WireException.class);
    assertThatIllegalStateException().isThrownBy(mean::mean);
    for (Weighted term : terms) {
      mean.add(encoded(term.vector()), 1L << 20, term.share());
    }
    assertThat(mean.mean()).isEqualTo(mean(layout, terms));
    assertThat(before).isEqualTo(kept);
  }

  @Test
  void aWrongChecksumLeavesNothingBehind() throws WireException {
    ParameterLayout layout = Fixtures.layout(10_000);
    Weighted good = new Weighted(cohort(layout, 2, 1).getFirst().vector(), 0.5);
    MeanAccumulator mean = new MeanAccumulator(layout);
    mean.add(encoded(good.vector()), 1L << 20, good.share());
    byte[] bytes = encoded(cohort(layout, 2, 2).getFirst().vector()).toByteArray();
    bytes[bytes.length - 4] ^= 1;
    assertThatThrownBy(() -> mean.add(ByteString.copyFrom(bytes), 1L << 20, 0.25))
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.MALFORMED));
    assertThat(mean.shares()).isEqualTo(0.5);
    assertThat(mean.mean()).isEqualTo(mean(layout, List.of(good)));
  }
}
