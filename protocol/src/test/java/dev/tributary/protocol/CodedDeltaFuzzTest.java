package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever claims to be a delta in codes: a vector or a {@link WireException}, and little memory.
 */
class CodedDeltaFuzzTest {
  private static final int INT6 = 4;

  private static WireException refusal(byte[] blob) throws Throwable {
    return Refusals.refusal(blob, TensorSamples.MIXED, blob.length);
  }

  /** A blob with this byte of its payload changed and a checksum that fits. */
  private static byte[] with(int at, int value) {
    byte[] payload = TensorSamples.INT6_PAYLOAD.clone();
    payload[at] = (byte) value;
    return TensorSamples.codedBlob(INT6, payload);
  }

  private static byte[] scale(float scale) {
    byte[] payload = TensorSamples.INT6_PAYLOAD.clone();
    System.arraycopy(TensorSamples.payload(Float.floatToRawIntBits(scale)), 0, payload, 0, 4);
    return TensorSamples.codedBlob(INT6, payload);
  }

  @Test
  void truncatedOrLonger() throws Throwable {
    for (byte[] blob :
        List.of(
            TensorSamples.codedBlob(3, TensorSamples.INT8_PAYLOAD),
            TensorSamples.codedBlob(4, TensorSamples.INT6_PAYLOAD),
            TensorSamples.codedBlob(5, TensorSamples.INT4_PAYLOAD))) {
      for (int length = 0; length <= blob.length + 1; length++) {
        if (length != blob.length) {
          assertThat(refusal(Arrays.copyOf(blob, length)).code())
              .isEqualTo(length < 39 ? RefusalCode.MALFORMED : RefusalCode.WRONG_LENGTH);
        }
      }
    }
  }

  @Test
  void anyBitFlipped() throws Throwable {
    byte[] blob = TensorSamples.codedBlob(INT6, TensorSamples.INT6_PAYLOAD);
    for (int bit = 0; bit < 8 * blob.length; bit++) {
      byte[] flipped = blob.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(refusal(flipped).code())
          .as("bit %d", bit)
          .isIn(
              RefusalCode.MALFORMED,
              RefusalCode.WRONG_VERSION,
              RefusalCode.WRONG_LAYOUT,
              RefusalCode.WRONG_LENGTH);
    }
  }

  /** Any payload with a checksum that fits: it is refused, or all its elements are finite. */
  @Test
  void anyPayload() {
    RandomStream random = Seeds.root(4).child("payload").stream();
    int taken = 0;
    for (int run = 0; run < 20_000; run++) {
      byte[] payload = TensorSamples.INT6_PAYLOAD.clone();
      for (int i = 0; i < payload.length; i++) {
        if (random.nextInt(8) == 0) {
          payload[i] = (byte) random.nextInt(256);
        }
      }
      byte[] blob = TensorSamples.codedBlob(INT6, payload);
      try {
        assertThat(
                TensorCodec.decode(ByteString.copyFrom(blob), TensorSamples.MIXED, blob.length)
                    .firstNonFinite())
            .isEqualTo(-1);
        taken++;
      } catch (WireException e) {
        assertThat(e.code()).isIn(RefusalCode.MALFORMED, RefusalCode.NOT_FINITE);
      }
    }
    assertThat(taken).isBetween(1, 19_999);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, 9, 10, Long.MAX_VALUE})
  void anotherNumberOfCodes(long coded) throws Throwable {
    WireException refusal =
        refusal(TensorSamples.codedBlob(INT6, coded, TensorSamples.INT6_PAYLOAD));
    assertThat(refusal.code()).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refusal).hasMessageContainingAll(coded + " elements in codes", "INT6 there are 8");
  }

  @Test
  void codesThatFloatsCannotHave() throws Throwable {
    byte[] payload = new byte[40];
    for (int encoding : new int[] {1, 2}) {
      assertThat(refusal(TensorSamples.codedBlob(encoding, payload)).code())
          .isEqualTo(RefusalCode.MALFORMED);
    }
  }

  /** The first code is the lowest six bits of byte 4: 100000 is -32, one below the smallest. */
  @Test
  void aCodeThatNoWriterMakes() throws Throwable {
    WireException refusal = refusal(with(4, 0x60));
    assertThat(refusal.code()).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refusal).hasMessageContainingAll("element 0 of fc.weight", "6 bits");
  }

  /** The fourth byte from the end of the block of biases holds four bits of the last code. */
  @Test
  void bitsBehindTheLastCode() throws Throwable {
    WireException refusal = refusal(with(14, 0x10));
    assertThat(refusal.code()).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refusal).hasMessageContaining("element 0 of fc.bias");
  }

  @Test
  void scalesThatNoWriterMakes() throws Throwable {
    assertThat(refusal(scale(-0.5f)).code()).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refusal(scale(-0f)).code()).isEqualTo(RefusalCode.MALFORMED);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE}) {
      WireException refusal = refusal(scale(bad));
      assertThat(refusal.code()).as("%s", bad).isEqualTo(RefusalCode.NOT_FINITE);
      assertThat(refusal).hasMessageContaining("fc.weight");
    }
  }

  @Test
  void aRunningMeanThatIsNotFinite() throws Throwable {
    WireException refusal = refusal(with(18, 0x7f));
    assertThat(refusal.code()).isEqualTo(RefusalCode.NOT_FINITE);
    assertThat(refusal).hasMessageContaining("element 0 of fc.mean");
  }
}
