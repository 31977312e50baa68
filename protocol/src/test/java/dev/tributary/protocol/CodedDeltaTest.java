package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.TensorCodec.Encoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deltas in codes. */
class CodedDeltaTest {
  private static final Seeds SEEDS = Seeds.root(7).child("draws");

  /** Beyond 64 blocks, whole blocks, a block and a part, and parts alone. */
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("a", Role.WEIGHT, Shape.of(40_000))
          .add("a.mean", Role.NORM_RUNNING_MEAN, Shape.of(300))
          .add("a.count", Role.NORM_COUNTER, Shape.of(1))
          .add("b", Role.WEIGHT, Shape.of(2, 256))
          .add("c", Role.NORM_SCALE, Shape.of(257))
          .add("d", Role.BIAS, Shape.of(1))
          .add("e", Role.TASK_WEIGHT, Shape.of(13))
          .build();

  /** Every block of its own size, as layers have. */
  private static ParameterVector delta(ParameterLayout layout) {
    RandomStream random = Seeds.root(7).child("delta").stream();
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.scalb(1e-3, i / 256 % 5));
    }
    return ParameterVector.of(layout, values);
  }

  private static ParameterVector decoded(ByteString blob, ParameterLayout layout) {
    try {
      return TensorCodec.decode(blob, layout, blob.size());
    } catch (WireException e) {
      throw new AssertionError(e);
    }
  }

  private static int largest(Encoding encoding) {
    return (1 << (encoding.bits() - 1)) - 1;
  }

  /** The step of each element: its block's largest magnitude over the largest code. */
  private static double[] steps(ParameterVector v, int largest) {
    double[] steps = new double[v.layout().trainableSize()];
    for (ParameterSpec spec : v.layout().specs()) {
      for (int from = spec.offset(); from < Math.min(spec.end(), steps.length); from += 256) {
        int to = Math.min(from + 256, spec.end());
        double most = 0;
        for (int i = from; i < to; i++) {
          most = Math.max(most, Math.abs(v.get(i)));
        }
        for (int i = from; i < to; i++) {
          steps[i] = most / largest;
        }
      }
    }
    return steps;
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT6", "INT4"})
  void theNearestCodeIsHalfAStepAwayAndADrawnOneAStep(Encoding encoding) {
    ParameterVector delta = delta(LAYOUT);
    double[] steps = steps(delta, largest(encoding));
    ParameterVector nearest = decoded(TensorCodec.encode(delta, encoding), LAYOUT);
    ParameterVector drawn = decoded(TensorCodec.encode(delta, encoding, SEEDS), LAYOUT);
    double mostNearest = 0;
    double mostDrawn = 0;
    for (int i = 0; i < steps.length; i++) {
      mostNearest = Math.max(mostNearest, Math.abs(nearest.get(i) - delta.get(i)) / steps[i]);
      mostDrawn = Math.max(mostDrawn, Math.abs(drawn.get(i) - delta.get(i)) / steps[i]);
    }
    assertThat(mostNearest).isBetween(0.49, 0.5 + 0x1p-12);
    assertThat(mostDrawn).isBetween(0.9, 1 + 0x1p-12);
  }

  /** Against an independent reading of the bytes in double precision. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT6", "INT4"})
  void anElementIsItsCodeTimesItsScaleRoundedOnce(Encoding encoding) {
    ByteString blob = TensorCodec.encode(delta(LAYOUT), encoding, SEEDS);
    ParameterVector decoded = decoded(blob, LAYOUT);
    int start = blob.size() - (int) TensorCodec.payloadBytes(LAYOUT, encoding);
    ByteBuffer bytes = blob.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).position(start);
    int bits = encoding.bits();
    for (ParameterSpec spec : LAYOUT.specs()) {
      for (int from = spec.offset(); from < spec.end() && spec.role().trainable(); from += 256) {
        double scale = bytes.getFloat();
        int count = Math.min(256, spec.end() - from);
        byte[] packed = new byte[(count * bits + 7) / 8];
        bytes.get(packed);
        for (int i = 0; i < count; i++) {
          int code = 0;
          for (int bit = 0; bit < bits; bit++) {
            int at = i * bits + bit;
            code |= (packed[at / 8] >> (at % 8) & 1) << bit;
          }
          int signed = code << (32 - bits) >> (32 - bits);
          assertThat(decoded.get(from + i)).isEqualTo((float) (signed * scale));
        }
      }
    }
    assertThat(bytes.remaining()).as("running mean and counter").isEqualTo(4 * 301);
  }

  /** 2,000 draws: the deviation of a mean is at most half a step over their root. */
  @Test
  void theMeanOverDrawsIsTheValue() {
    ParameterLayout layout = ParameterLayout.builder().add("a", Role.WEIGHT, Shape.of(300)).build();
    ParameterVector delta = delta(layout);
    int draws = 2000;
    double[] sums = new double[delta.size()];
    for (int draw = 0; draw < draws; draw++) {
      ByteString blob = TensorCodec.encode(delta, Encoding.INT4, SEEDS.child("draw", draw));
      ParameterVector decoded = decoded(blob, layout);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += decoded.get(i);
      }
    }
    double[] steps = steps(delta, 7);
    double ofAll = 0;
    for (int i = 0; i < sums.length; i++) {
      double error = (sums[i] / draws - delta.get(i)) / steps[i];
      assertThat(error).as("element %d", i).isCloseTo(0, within(5 * 0.5 / Math.sqrt(draws)));
      ofAll += error / sums.length;
    }
    assertThat(ofAll).isCloseTo(0, within(5 * 0.5 / Math.sqrt(draws * 300.0)));
  }

  @Test
  void drawsDependOnTheirSeedsAlone() {
    ParameterVector delta = delta(LAYOUT);
    Set<ByteString> all = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      Seeds seeds = SEEDS.child("client", i);
      ByteString blob = TensorCodec.encode(delta, Encoding.INT6, seeds);
      assertThat(TensorCodec.encode(delta, Encoding.INT6, seeds)).isEqualTo(blob);
      all.add(blob);
    }
    assertThat(all).hasSize(3);
  }

  /** Equal blocks of one tensor: pieces of 64 blocks must not share their draws. */
  @Test
  void noTwoBlocksHaveTheSameDraws() {
    ParameterLayout layout =
        ParameterLayout.builder().add("a", Role.WEIGHT, Shape.of(200 * 256)).build();
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 256 == 0 ? 7 : 0.5f;
    }
    ParameterVector decoded =
        decoded(
            TensorCodec.encode(ParameterVector.of(layout, values), Encoding.INT4, SEEDS), layout);
    Set<ParameterVector> blocks = new HashSet<>();
    ParameterLayout one = ParameterLayout.builder().add("a", Role.WEIGHT, Shape.of(256)).build();
    for (int block = 0; block < 200; block++) {
      float[] part = new float[256];
      System.arraycopy(decoded.toArray(), 256 * block, part, 0, 256);
      blocks.add(ParameterVector.of(one, part));
    }
    assertThat(blocks).hasSize(200);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT6", "INT4"})
  void whatGradientsDoNotMoveKeepsItsBits(Encoding encoding) {
    float[] values = delta(LAYOUT).toArray();
    values[LAYOUT.spec("a.mean").offset()] = Float.MIN_VALUE;
    values[LAYOUT.spec("a.mean").offset() + 1] = -0f;
    values[LAYOUT.spec("a.count").offset()] = 16_777_215;
    ParameterVector delta = ParameterVector.of(LAYOUT, values);
    ParameterVector decoded = decoded(TensorCodec.encode(delta, encoding, SEEDS), LAYOUT);
    for (String name : new String[] {"a.mean", "a.count"}) {
      assertThat(decoded.toArray(LAYOUT.spec(name))).isEqualTo(delta.toArray(LAYOUT.spec(name)));
    }
  }

  @Test
  void theRolesInCodesAreThoseThatGradientsMove() {
    EnumSet<Role> coded = EnumSet.noneOf(Role.class);
    for (Role role : Role.values()) {
      ParameterLayout layout = ParameterLayout.builder().add("a", role, Shape.of(1000)).build();
      if (TensorCodec.payloadBytes(layout, Encoding.INT8) < 4000) {
        coded.add(role);
      }
    }
    assertThat(coded)
        .containsExactlyInAnyOrder(
            Role.WEIGHT,
            Role.BIAS,
            Role.GAIN,
            Role.NORM_SCALE,
            Role.NORM_SHIFT,
            Role.TASK_WEIGHT,
            Role.ADAPTER);
  }

  /** Four bytes a block and its codes in whole bytes. */
  @ParameterizedTest
  @CsvSource({"INT8, 41435", "INT6, 31240", "INT4, 21045"})
  void sizesAreKnownBeforehand(Encoding encoding, int codes) {
    // 157 + 2 + 2 + 1 + 1 blocks; 40,000, 512, 257, 1 and 13 codes.
    assertThat(TensorCodec.payloadBytes(LAYOUT, encoding)).isEqualTo(codes + 4 * 301);
    ByteString blob = TensorCodec.encode(delta(LAYOUT), encoding);
    assertThat(TensorCodec.blobBytes(LAYOUT, encoding)).isEqualTo(blob.size());
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT6", "INT4"})
  void allZerosAndNearlySoAreZeros(Encoding encoding) {
    float[] values = new float[LAYOUT.size()];
    values[3] = 0x1p-111f;
    values[4] = -Float.MIN_VALUE;
    ByteString blob = TensorCodec.encode(ParameterVector.of(LAYOUT, values), encoding, SEEDS);
    assertThat(decoded(blob, LAYOUT)).isEqualTo(ParameterVector.zeros(LAYOUT));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNotFiniteIsAnErrorOfTheSender(float bad) {
    float[] values = delta(LAYOUT).toArray();
    values[LAYOUT.spec("b").offset() + 300] = bad;
    ParameterVector delta = ParameterVector.of(LAYOUT, values);
    assertThatThrownBy(() -> TensorCodec.encode(delta, Encoding.INT6, SEEDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("element 300 of b", Float.toString(bad), "finite");
  }
}
