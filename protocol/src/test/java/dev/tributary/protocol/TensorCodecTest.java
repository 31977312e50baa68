package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.TensorCodec.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorCodecTest {
  private static final ParameterLayout ONE =
      ParameterLayout.builder().add("a", Role.WEIGHT, Shape.of(1)).build();

  @Test
  void fp32IsTheBlobWrittenByHand() throws WireException {
    ByteString blob = TensorCodec.encode(TensorSamples.FP32, Encoding.FP32);
    assertThat(blob.toByteArray()).isEqualTo(TensorSamples.fp32Blob());
    ParameterVector decoded = TensorCodec.decode(blob, TensorSamples.LAYOUT, blob.size());
    for (int i = 0; i < 8; i++) {
      assertThat(Float.floatToRawIntBits(decoded.get(i))).isEqualTo(TensorSamples.FP32_BITS[i]);
    }
  }

  @Test
  void fp16IsTheBlobWrittenByHand() throws WireException {
    ByteString blob = TensorCodec.encode(TensorSamples.FP16, Encoding.FP16);
    assertThat(blob.toByteArray()).isEqualTo(TensorSamples.fp16Blob());
    assertThat(TensorCodec.decode(blob, TensorSamples.LAYOUT, blob.size()))
        .isEqualTo(TensorSamples.FP16);
  }

  @Test
  void fp32KeepsTheBitsOfAnyFiniteValue() throws WireException {
    int size = 100_000;
    ParameterLayout layout =
        ParameterLayout.builder().add("a", Role.WEIGHT, Shape.of(size)).build();
    RandomStream random = Seeds.root(1).child("bits").stream();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      values[i] = Float.isFinite(value) ? value : -0.0f;
    }
    ByteString blob = TensorCodec.encode(ParameterVector.of(layout, values), Encoding.FP32);
    ParameterVector decoded = TensorCodec.decode(blob, layout, Long.MAX_VALUE);
    for (int i = 0; i < size; i++) {
      assertThat(Float.floatToRawIntBits(decoded.get(i)))
          .isEqualTo(Float.floatToRawIntBits(values[i]));
    }
  }

  /** Known roundings of binary16: ties go to the even neighbor, tiny values to subnormals or 0. */
  @ParameterizedTest
  @CsvSource({
    "1.00048828125, 1.0", // 1 + 2^-11: halfway to 1 + 2^-10, 1 is even
    "1.00146484375, 1.001953125", // halfway between odd 1 + 2^-10 and even 1 + 2^-9
    "1.0004884, 1.0009765625", // just above the first tie
    "2049, 2048", // tie
    "2051, 2052", // tie
    "65519.996, 65504", // just below the tie with 2^16
    "-65519.996, -65504",
    "5.9604645E-8, 5.9604645E-8", // 2^-24, the smallest subnormal
    "2.9802322E-8, 0.0", // 2^-25: tie with 0
    "-2.9802322E-8, -0.0",
    "2.9802326E-8, 5.9604645E-8", // just above
    "8.940697E-8, 1.1920929E-7", // 1.5 * 2^-24: tie, 2 * 2^-24 is even
    "1.0E-30, 0.0",
    "0.1, 0.0999755859375"
  })
  void fp16RoundsToNearestEven(float value, float expected) throws WireException {
    ByteString blob = TensorCodec.encode(ParameterVector.of(ONE, value), Encoding.FP16);
    float decoded = TensorCodec.decode(blob, ONE, blob.size()).get(0);
    assertThat(Float.floatToRawIntBits(decoded)).isEqualTo(Float.floatToRawIntBits(expected));
  }

  @ParameterizedTest
  @CsvSource({"65520", "-65520", "1E9", "-3.4028235E38"})
  void fp16RefusesToWriteWhatWouldBecomeInfinite(float value) {
    ParameterVector vector = ParameterVector.of(TensorSamples.LAYOUT, 0, 0, 0, 0, 0, 0, 0, value);
    assertThatThrownBy(() -> TensorCodec.encode(vector, Encoding.FP16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("element 1 of fc.bias", Float.toString(value), "65504", "FP32");
  }

  @ParameterizedTest
  @CsvSource({"NaN, FP32", "Infinity, FP32", "-Infinity, FP32", "NaN, FP16", "-Infinity, FP16"})
  void whatIsNotFiniteIsWrittenAndRefusedByTheReader(float value, Encoding encoding) {
    ByteString blob =
        TensorCodec.encode(
            ParameterVector.of(TensorSamples.LAYOUT, 0, 0, 0, 0, value, 0, 0, 0), encoding);
    assertThatThrownBy(() -> TensorCodec.decode(blob, TensorSamples.LAYOUT, blob.size()))
        .hasMessageContainingAll("element 4 of fc.weight", Float.toString(value), "finite")
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.NOT_FINITE));
  }

  @Test
  void sizesAreKnownBeforehand() {
    assertThat(TensorCodec.payloadBytes(TensorSamples.LAYOUT, Encoding.FP32)).isEqualTo(32);
    assertThat(TensorCodec.payloadBytes(TensorSamples.LAYOUT, Encoding.FP16)).isEqualTo(16);
    assertThat(TensorCodec.blobBytes(TensorSamples.LAYOUT, Encoding.FP32))
        .isEqualTo(TensorSamples.fp32Blob().length);
    assertThat(TensorCodec.blobBytes(TensorSamples.LAYOUT, Encoding.FP16))
        .isEqualTo(TensorSamples.fp16Blob().length);
  }

  @Test
  void aBlobInPiecesIsReadToo() throws WireException {
    ByteString blob = ByteString.copyFrom(TensorSamples.fp32Blob());
    ByteString rope = ByteString.EMPTY;
    for (int i = 0; i < blob.size(); i++) {
      rope = rope.concat(blob.substring(i, i + 1));
    }
    assertThat(TensorCodec.decode(rope, TensorSamples.LAYOUT, rope.size()))
        .isEqualTo(TensorSamples.FP32);
  }

  @Test
  void aLayoutWithoutTensorsIsABlobToo() throws WireException {
    ParameterLayout none = ParameterLayout.builder().build();
    for (Encoding encoding : Encoding.values()) {
      ByteString blob = TensorCodec.encode(ParameterVector.zeros(none), encoding);
      assertThat(TensorCodec.decode(blob, none, blob.size()).size()).isZero();
    }
  }
}
