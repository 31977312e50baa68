package dev.tributary.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Codes of {@code b} bits, 2 to 8, side by side without gaps: two's complement, the first code in
 * the lowest bits of the first byte, zeros up to a whole byte after the last.
 *
 * <p>Eight codes are {@code b} bytes. They are folded together in a 64-bit word: fields of b bits a
 * byte become fields of 2b bits in 16, of 4b in 32 and of 8b in 64.
 */
final class BitPacking {
  /** Codes that are packed at once. */
  static final int GROUP = 8;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
  private static final long EACH_SHORT = 0x0001_0001_0001_0001L;
  private static final long EACH_INT = 0x0000_0001_0000_0001L;

  private BitPacking() {}

  /** The bytes that so many codes take. */
  static int bytes(int count, int bits) {
    return (count * bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  /**
   * Packs codes, a byte each.
   *
   * @param codes zeros from {@code count} to the next multiple of {@link #GROUP}
   * @param to written from {@code at} on; up to {@link #GROUP} bytes after the last code are
   *     overwritten, and must be there
   * @return whether any code is other than 0
   */
  static boolean pack(byte[] codes, int from, int count, int bits, byte[] to, int at) {
    long mask = (1L << bits) - 1;
    long any = 0;
    for (int i = 0; i < count; i += GROUP) {
      long x = (long) WORD.get(codes, from + i) & (mask * EACH_BYTE);
      any |= x;
      long pairs = (x & 0x00ff_00ff_00ff_00ffL) | ((x & 0xff00_ff00_ff00_ff00L) >>> (8 - bits));
      long fours =
          (pairs & 0x0000_ffff_0000_ffffL) | ((pairs & 0xffff_0000_ffff_0000L) >>> (16 - 2 * bits));
      long eight = (fours & 0xffff_ffffL) | ((fours >>> 32) << (4 * bits));
      WORD.set(to, at + i / GROUP * bits, eight);
    }
    return any != 0;
  }

  /**
   * Unpacks codes, a byte each.
   *
   * @param packed read from {@code at} on, up to {@link #GROUP} bytes beyond the last code
   * @param codes written from 0 on, up to the next multiple of {@link #GROUP}
   * @return whether all are sound: no code is the smallest number of {@code bits}, and what follows
   *     the last in its byte is zero
   */
  static boolean unpack(byte[] packed, int at, int count, int bits, byte[] codes) {
    long sign = (1L << (bits - 1)) * EACH_BYTE;
    // Copies the sign into the bits above it.
    long extend = (256 - (1L << bits)) >>> (bits - 1);
    long bad = 0;
    for (int i = 0; i < count; i += GROUP) {
      long word = (long) WORD.get(packed, at + i / GROUP * bits);
      int used = Math.min(GROUP, count - i) * bits;
      int whole = bytes(Math.min(GROUP, count - i), bits) * Byte.SIZE;
      long eight = word & (-1L >>> (Long.SIZE - whole));
      bad |= used < Long.SIZE ? eight >>> used : 0;
      long x = spread(eight, bits);
      // A byte of zero has its highest bit set in the last term.
      long smallest = x ^ sign;
      bad |= (smallest - EACH_BYTE) & ~smallest & 0x8080_8080_8080_8080L;
      WORD.set(codes, i, x | ((x & sign) * extend));
    }
    return bad == 0;
  }

  /** From eight fields side by side to one a byte. */
  private static long spread(long eight, int bits) {
    long half = -1L >>> (Long.SIZE - 4 * bits);
    long fours = (eight & half) | (((eight >>> (4 * bits)) & half) << 32);
    long two = ((1L << (2 * bits)) - 1) * EACH_INT;
    long pairs = (fours & two) | (((fours >>> (2 * bits)) & two) << 16);
    long one = ((1L << bits) - 1) * EACH_SHORT;
    return (pairs & one) | (((pairs >>> bits) & one) << 8);
  }
}
