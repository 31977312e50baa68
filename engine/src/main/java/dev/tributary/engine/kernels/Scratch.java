package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A thread's blocks of heap memory, through which the CPU kernels pass a tensor piece by piece.
 *
 * <p>Why the detour: the just-in-time compiler cannot tell that two pieces of native memory do not
 * overlap and leaves such loops scalar, while it vectorises the same loop over two arrays. The
 * copies stay in the first-level cache and cost little.
 */
final class Scratch {
  /** Elements in a block: 8 KiB of floats, so that several fit in a first-level cache. */
  static final int BLOCK = 2048;

  private static final int SLOTS = 14;
  private static final ThreadLocal<Scratch> LOCAL = ThreadLocal.withInitial(Scratch::new);

  private final float[][] floats = new float[SLOTS][BLOCK];
  private final double[][] doubles = new double[SLOTS][0];

  private final int[][] integers = new int[SLOTS][0];
  private @Nullable MemorySegment outside;

  private Scratch() {}

  /** The calling thread's scratch. */
  static Scratch get() {
    return LOCAL.get();
  }

  /** Array {@code slot}, at least {@code length} long, with whatever was in it. */
  float[] floats(int slot, int length) {
    if (floats[slot].length < length) {
      floats[slot] = new float[length];
    }
    return floats[slot];
  }

  /** Array {@code slot}, at least {@code length} long, with whatever was in it. */
  double[] doubles(int slot, int length) {
    if (doubles[slot].length < length) {
      doubles[slot] = new double[Math.max(length, BLOCK)];
    }
    return doubles[slot];
  }

  /** Array {@code slot}, at least {@code length} long, with whatever was in it. */
  int[] integers(int slot, int length) {
    if (integers[slot].length < length) {
      integers[slot] = new int[Math.max(length, BLOCK)];
    }
    return integers[slot];
  }

  /** Memory outside the heap for at least {@code length} floats, with whatever was in it. */
  MemorySegment outside(long length) {
    MemorySegment memory = outside;
    if (memory == null || memory.byteSize() < length * Float.BYTES) {
      memory = Arena.ofAuto().allocate(length * Float.BYTES, 64);
      outside = memory;
    }
    return memory;
  }

  /** Reads {@code count} elements of {@code tensor} from element {@code from} on. */
  static void load(Tensor tensor, long from, float[] into, int count) {
    load(tensor, from, into, 0, count);
  }

  /** Reads {@code count} elements of {@code tensor} into {@code into} from {@code at} on. */
  static void load(Tensor tensor, long from, float[] into, int at, int count) {
    MemorySegment.copy(
        tensor.memory(), ValueLayout.JAVA_FLOAT, from * Float.BYTES, into, at, count);
  }

  /** Writes {@code count} elements into {@code tensor} from element {@code to} on. */
  static void store(float[] values, Tensor tensor, long to, int count) {
    store(values, 0, tensor, to, count);
  }

  /** Writes {@code count} elements from {@code from} on into {@code tensor}. */
  static void store(float[] values, int from, Tensor tensor, long to, int count) {
    MemorySegment.copy(
        values, from, tensor.memory(), ValueLayout.JAVA_FLOAT, to * Float.BYTES, count);
  }

  /** Reads the bits of {@code count} elements of {@code tensor} from element {@code from} on. */
  static void loadBits(Tensor tensor, long from, int[] into, int count) {
    MemorySegment.copy(tensor.memory(), ValueLayout.JAVA_INT, from * Float.BYTES, into, 0, count);
  }

  /** Writes elements given by their bits into {@code tensor} from element {@code to} on. */
  static void storeBits(int[] bits, Tensor tensor, long to, int count) {
    MemorySegment.copy(bits, 0, tensor.memory(), ValueLayout.JAVA_INT, to * Float.BYTES, count);
  }
}
