package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever arrives: a vector or a {@link WireException}, and little memory for the latter. */
class TensorCodecFuzzTest {
  private static final ParameterLayout LAYOUT = TensorSamples.LAYOUT;
  private static final String FINGERPRINT = LAYOUT.fingerprint();
  private static final byte[] PAYLOAD = TensorSamples.payload(TensorSamples.FP32_BITS);

  private static WireException refusal(byte[] blob) throws Throwable {
    return refusal(blob, blob.length);
  }

  private static WireException refusal(byte[] blob, long maxBytes) throws Throwable {
    return Refusals.refusal(blob, LAYOUT, maxBytes);
  }

  @Test
  void truncatedAnywhere() throws Throwable {
    for (byte[] blob : List.of(TensorSamples.fp32Blob(), TensorSamples.fp16Blob())) {
      int payloadStart = blob.length - (blob[8 + 21] == 1 ? 32 : 16);
      for (int length = 0; length < blob.length; length++) {
        RefusalCode code = refusal(Arrays.copyOf(blob, length)).code();
        assertThat(code)
            .as("%d bytes of %d", length, blob.length)
            .isEqualTo(length < payloadStart ? RefusalCode.MALFORMED : RefusalCode.WRONG_LENGTH);
      }
    }
  }

  @Test
  void longerThanItSays() throws Throwable {
    byte[] blob = TensorSamples.fp32Blob();
    assertThat(refusal(Arrays.copyOf(blob, blob.length + 1)).code())
        .isEqualTo(RefusalCode.WRONG_LENGTH);
  }

  @Test
  void largerThanTheLimit() throws Throwable {
    byte[] blob = TensorSamples.fp32Blob();
    WireException refusal = refusal(blob, blob.length - 1);
    assertThat(refusal.code()).isEqualTo(RefusalCode.TOO_LARGE);
    assertThat(refusal).hasMessageContainingAll("" + blob.length, "" + (blob.length - 1));
  }

  /** The checksum covers the payload, and every bit of the header means something. */
  @Test
  void anyBitFlipped() throws Throwable {
    byte[] blob = TensorSamples.fp32Blob();
    for (int bit = 0; bit < 8 * blob.length; bit++) {
      byte[] flipped = blob.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      RefusalCode code = refusal(flipped).code();
      if (bit / 8 >= blob.length - PAYLOAD.length || bit / 8 < 4) {
        assertThat(code).as("bit %d", bit).isEqualTo(RefusalCode.MALFORMED);
      } else {
        assertThat(code)
            .as("bit %d", bit)
            .isIn(
                Set.of(
                    RefusalCode.MALFORMED,
                    RefusalCode.WRONG_VERSION,
                    RefusalCode.WRONG_LAYOUT,
                    RefusalCode.WRONG_LENGTH));
      }
    }
  }

  @Test
  void manyBytesReplaced() throws Throwable {
    byte[] blob = TensorSamples.fp16Blob();
    RandomStream random = Seeds.root(2).child("replaced").stream();
    for (int run = 0; run < 20_000; run++) {
      byte[] changed = blob.clone();
      int changes = 1 + random.nextInt(8);
      for (int i = 0; i < changes; i++) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
      }
      if (!Arrays.equals(changed, blob)) {
        refusal(changed);
      }
    }
  }

  @Test
  void noise() throws Throwable {
    RandomStream random = Seeds.root(2).child("noise").stream();
    for (int run = 0; run < 20_000; run++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      if (noise.length >= 8 && run % 2 == 0) {
        System.arraycopy(TensorSamples.fp32Blob(), 0, noise, 0, 7);
      }
      assertThat(refusal(noise).code()).isIn(RefusalCode.MALFORMED, RefusalCode.WRONG_VERSION);
    }
  }

  @Test
  void anotherVersion() throws Throwable {
    byte[] blob = TensorSamples.blob(2, FINGERPRINT, 1, 8, PAYLOAD);
    WireException refusal = refusal(blob);
    assertThat(refusal.code()).isEqualTo(RefusalCode.WRONG_VERSION);
    assertThat(refusal).hasMessageContainingAll("version 2", "version 1");
  }

  @Test
  void anotherLayout() throws Throwable {
    ParameterLayout other =
        ParameterLayout.builder()
            .add("fc.weight", Role.WEIGHT, Shape.of(3, 2))
            .add("fc.bias", Role.BIAS, Shape.of(2))
            .build();
    byte[] blob =
        TensorCodec.encode(ParameterVector.zeros(other), TensorCodec.Encoding.FP32).toByteArray();
    WireException refusal = refusal(blob);
    assertThat(refusal.code()).isEqualTo(RefusalCode.WRONG_LAYOUT);
    assertThat(refusal).hasMessageContainingAll(other.fingerprint(), FINGERPRINT);
  }

  @Test
  void anUnknownEncoding() throws Throwable {
    for (int encoding : new int[] {0, 6, -1, Integer.MAX_VALUE}) {
      byte[] blob = TensorSamples.blob(1, FINGERPRINT, encoding, 8, PAYLOAD);
      assertThat(refusal(blob).code()).isEqualTo(RefusalCode.MALFORMED);
    }
  }

  @Test
  void oversizedCounts() throws Throwable {
    for (long count : new long[] {0, 7, 9, Integer.MAX_VALUE, 1L << 62, Long.MAX_VALUE, -1}) {
      byte[] blob = TensorSamples.blob(1, FINGERPRINT, 1, count, PAYLOAD);
      WireException refusal = refusal(blob);
      assertThat(refusal.code()).isEqualTo(RefusalCode.WRONG_LENGTH);
      assertThat(refusal).hasMessageContainingAll(Long.toUnsignedString(count), "expected 8");
    }
    byte[] header = Arrays.copyOfRange(TensorSamples.fp32Blob(), 8, 8 + 29);
    for (int size : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1025, 0}) {
      byte[] blob = TensorSamples.blob(size, header, new byte[2000]);
      assertThat(refusal(blob).code())
          .isEqualTo(size == 0 ? RefusalCode.WRONG_VERSION : RefusalCode.MALFORMED);
    }
  }

  @Test
  void aHeaderThatIsTooLong() throws Throwable {
    byte[] header = Arrays.copyOfRange(TensorSamples.fp32Blob(), 8, 8 + 29);
    for (int extra : new int[] {900, 1000}) {
      byte[] padding = new ProtoBytes().bytes(99, new byte[extra]).done();
      byte[] padded = Arrays.copyOf(header, header.length + padding.length);
      System.arraycopy(padding, 0, padded, header.length, padding.length);
      byte[] blob = TensorSamples.blob(padded.length, padded, PAYLOAD);
      if (padded.length <= 1024) {
        assertThat(TensorCodec.decode(ByteString.copyFrom(blob), LAYOUT, blob.length))
            .isEqualTo(TensorSamples.FP32);
      } else {
        assertThat(refusal(blob)).hasMessageContainingAll("" + padded.length, "1024");
      }
    }
  }

  @Test
  void noChecksum() throws Throwable {
    byte[] header =
        new ProtoBytes().number(1, 1).text(2, FINGERPRINT).number(3, 1).number(4, 8).done();
    WireException refusal = refusal(TensorSamples.blob(header.length, header, PAYLOAD));
    assertThat(refusal.code()).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refusal).hasMessageContaining("no checksum");
  }

  @Test
  void notFinite() throws Throwable {
    for (int bits : new int[] {0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7f80_0001, 0xffff_ffff}) {
      int[] values = TensorSamples.FP32_BITS.clone();
      values[6] = bits;
      byte[] blob = TensorSamples.blob(1, FINGERPRINT, 1, 8, TensorSamples.payload(values));
      WireException refusal = refusal(blob);
      assertThat(refusal.code()).isEqualTo(RefusalCode.NOT_FINITE);
      assertThat(refusal).hasMessageContaining("element 0 of fc.bias");
    }
    for (int bits : new int[] {0x7c00, 0xfc00, 0x7e00, 0x7c01, 0xffff}) {
      short[] values = TensorSamples.FP16_BITS.clone();
      values[7] = (short) bits;
      byte[] blob = TensorSamples.blob(1, FINGERPRINT, 2, 8, TensorSamples.payload(values));
      assertThat(refusal(blob).code()).isEqualTo(RefusalCode.NOT_FINITE);
    }
  }
}
