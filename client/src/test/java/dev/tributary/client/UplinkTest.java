package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.client.LocalWork.LocalRefusal;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UplinkTest {
  private static final ParameterLayout SHARED =
      ParameterLayout.builder()
          .add("w", Role.WEIGHT, Shape.of(700))
          .add("mean", Role.NORM_RUNNING_MEAN, Shape.of(5))
          .add("b", Role.BIAS, Shape.of(3))
          .build();
  private static final Seeds DRAWS = Seeds.root(2).child("delta");

  private static ParameterVector delta(int round) {
    RandomStream random = Seeds.root(2).child("round", round).stream();
    float[] values = new float[SHARED.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 1e-3);
    }
    return ParameterVector.of(SHARED, values);
  }

  private static Uplink uplink(Encoding encoding, boolean feedback) {
    return new Uplink(SHARED, new WireOptions(Encoding.FP32, encoding, feedback));
  }

  /**
   * sum of Q(p_t) + e_{T+1} = sum of delta_t, from p_t = delta_t + e_t and e_{t+1} = p_t - Q(p_t);
   * each step rounds at most twice, by 2^-24 of less than 0.01.
   */
  @ParameterizedTest
  @EnumSource(
      value = Encoding.class,
      names = {"INT8", "INT6", "INT4"})
  void whatWasSentAndWhatIsLeftSumToTheDeltas(Encoding encoding) throws Exception {
    int rounds = 40;
    Uplink uplink = uplink(encoding, true);
    double[] sent = new double[SHARED.size()];
    double[] deltas = new double[SHARED.size()];
    ParameterVector residual =
        ParameterVector.zeros(
            Uplink.residual(SHARED, new WireOptions(Encoding.FP32, encoding, true)));
    assertThat(residual.size()).as("no running mean").isEqualTo(703);
    double leftOnce = 0;
    for (int round = 0; round < rounds; round++) {
      ParameterVector delta = delta(round);
      Uplink.Sent up = uplink.send(delta, delta.norm(), residual, DRAWS);
      residual = up.residual();
      leftOnce = round == 0 ? residual.norm() : leftOnce;
      ParameterVector read = TensorCodec.decode(up.blob(), SHARED, up.blob().size());
      for (int i = 0; i < sent.length; i++) {
        sent[i] += read.get(i);
        deltas[i] += delta.get(i);
      }
    }
    for (int i = 0; i < residual.size(); i++) {
      assertThat(sent[i] + residual.get(i))
          .isCloseTo(deltas[i], within(rounds * 2 * 0.01 * 0x1p-24));
    }
    for (int i = residual.size(); i < sent.length; i++) {
      assertThat(sent[i]).as("a running mean").isEqualTo(deltas[i]);
    }
    // It does not grow: what is left is what one delta leaves, whatever was left before.
    assertThat(residual.norm()).isBetween(0.5 * leftOnce, 2 * leftOnce);
  }

  /** What is always below half a step is sent once it has added up. */
  @Test
  void aDeltaThatHasNoCodeIsSentLater() throws Exception {
    float[] values = new float[SHARED.size()];
    values[0] = 7;
    values[1] = 0.2f;
    ParameterVector delta = ParameterVector.of(SHARED, values);
    Uplink uplink = uplink(Encoding.INT4, true);
    ParameterVector residual =
        ParameterVector.zeros(
            Uplink.residual(SHARED, new WireOptions(Encoding.FP32, Encoding.INT4, true)));
    // 0.2, 0.4, 0.6: to 1; then -0.2, 0, 0.2, 0.4, 0.6: to 1.
    float[] expected = {0, 0, 1, 0, 0, 0, 0, 1};
    for (float code : expected) {
      Uplink.Sent up = uplink.send(delta, delta.norm(), residual, DRAWS);
      residual = up.residual();
      assertThat(TensorCodec.decode(up.blob(), SHARED, up.blob().size()).get(1)).isEqualTo(code);
    }
  }

  @Test
  void withoutFeedbackItIsTheCodecWithTheseDraws() throws Exception {
    ParameterVector none = ParameterVector.zeros(ParameterLayout.builder().build());
    ParameterVector delta = delta(1);
    for (Encoding encoding : Encoding.values()) {
      Uplink.Sent up = uplink(encoding, false).send(delta, delta.norm(), none, DRAWS);
      assertThat(up.blob()).isEqualTo(TensorCodec.encode(delta, encoding, DRAWS));
      assertThat(up.residual().size()).isZero();
    }
  }

  @Test
  void whatIsNotFiniteIsRefusedWithTheServersCode() {
    float[] values = delta(1).toArray();
    values[701] = Float.NaN;
    ParameterVector delta = ParameterVector.of(SHARED, values);
    ParameterVector none = ParameterVector.zeros(ParameterLayout.builder().build());
    assertThatExceptionOfType(LocalRefusal.class)
        .isThrownBy(() -> uplink(Encoding.INT6, false).send(delta, delta.norm(), none, DRAWS))
        .withMessageContaining("element 701 of the delta is NaN")
        .matches(e -> e.code() == RefusalCode.NOT_FINITE);
  }

  /** A method that shares nothing has nothing to leave out. */
  @Test
  void withoutSharedTensorsThereIsNoResidual() {
    ParameterLayout nothing = ParameterLayout.builder().build();
    assertThat(Uplink.residual(nothing, new WireOptions(Encoding.FP32, Encoding.INT4, true)).size())
        .isZero();
  }
}
