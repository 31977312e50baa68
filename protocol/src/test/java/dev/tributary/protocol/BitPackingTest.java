package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against bits that are set one by one. */
class BitPackingTest {
  private static final int ROOM = 8;

  private static byte[] codes(int count, int bits) {
    RandomStream random = Seeds.root(3).child("codes", bits).stream();
    int largest = (1 << (bits - 1)) - 1;
    byte[] codes = new byte[count + ROOM];
    for (int i = 0; i < count; i++) {
      codes[i] = (byte) (random.nextInt(2 * largest + 1) - largest);
    }
    return codes;
  }

  private static byte[] oneByOne(byte[] codes, int count, int bits) {
    byte[] packed = new byte[(count * bits + 7) / 8];
    for (int i = 0; i < count; i++) {
      for (int bit = 0; bit < bits; bit++) {
        int at = i * bits + bit;
        packed[at / 8] |= (byte) ((codes[i] >> bit & 1) << (at % 8));
      }
    }
    return packed;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void packsWithoutGapsAndUnpacksTheSame(int bits) {
    for (int count = 1; count <= 70; count++) {
      byte[] codes = codes(count, bits);
      byte[] expected = oneByOne(codes, count, bits);
      byte[] packed = new byte[3 + expected.length + ROOM];
      assertThat(BitPacking.bytes(count, bits)).isEqualTo(expected.length);
      BitPacking.pack(codes, 0, count, bits, packed, 3);
      assertThat(Arrays.copyOfRange(packed, 3, 3 + expected.length)).isEqualTo(expected);

      // What is read beyond the last byte must not matter.
      Arrays.fill(packed, 3 + expected.length, packed.length, (byte) 0xff);
      byte[] back = new byte[count + ROOM];
      assertThat(BitPacking.unpack(packed, 3, count, bits, back)).isTrue();
      assertThat(Arrays.copyOf(back, count)).isEqualTo(Arrays.copyOf(codes, count));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void tellsWhetherThereIsAnyCodeButZero(int bits) {
    byte[] codes = new byte[40 + ROOM];
    byte[] packed = new byte[40 + ROOM];
    assertThat(BitPacking.pack(codes, 0, 40, bits, packed, 0)).isFalse();
    for (int i = 0; i < 40; i++) {
      codes[i] = -1;
      assertThat(BitPacking.pack(codes, 0, 40, bits, packed, 0)).as("code %d", i).isTrue();
      codes[i] = 0;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void findsTheSmallestNumberWhereverItIs(int bits) {
    int count = 21;
    for (int i = 0; i < count; i++) {
      byte[] codes = codes(count, bits);
      codes[i] = (byte) -(1 << (bits - 1));
      byte[] packed = Arrays.copyOf(oneByOne(codes, count, bits), 40);
      assertThat(BitPacking.unpack(packed, 0, count, bits, new byte[count + ROOM]))
          .as("code %d", i)
          .isFalse();
    }
  }

  /** 21 codes of b bits leave 8 - 21 b mod 8 bits: any of them. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7})
  void findsBitsBehindTheLastCode(int bits) {
    int count = 21;
    byte[] sound = Arrays.copyOf(oneByOne(codes(count, bits), count, bits), 70);
    for (int bit = count * bits; bit < 8 * BitPacking.bytes(count, bits); bit++) {
      byte[] packed = sound.clone();
      packed[bit / 8] |= (byte) (1 << (bit % 8));
      assertThat(BitPacking.unpack(packed, 0, count, bits, new byte[count + ROOM]))
          .as("bit %d", bit)
          .isFalse();
    }
  }
}
