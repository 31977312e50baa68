package dev.tributary.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The exact product of two matrices of codes on a GPU:
 *
 * <pre>
 *   acc_ij = sum_k (q_ik 2^w^A_k) (p_kj 2^w^B_k)
 *   C_ij   = u^A_i u^B_j acc_ij + bias_j
 * </pre>
 *
 * <p>Sums are exact integers, of 32 bits where these cannot overflow and of 64 elsewhere. The units
 * are multiplied in double precision, then with the sum, the bias is added, and the result is
 * rounded once to float32: the same bits as on a processor, for any GPU.
 *
 * <p>Codes go to the GPU a byte each and are packed there four terms to a word, ordered by power of
 * two; {@code dp4a} multiplies and adds four at once. Of patches the image goes there, and packing
 * reads them off it. Nothing stays on the GPU between products: the memory of one is taken from the
 * device's {@link DeviceBudget} all at once, and waits for it.
 *
 * <p>Symbols: q, p = {@link CodeMatrix#codes}, w = {@link CodeMatrix#weight}, u = {@link
 * CodeMatrix#units}. Never run on a GPU so far; the kernels are compiled by nvcc and their
 * arithmetic is run on a processor in the tests.
 *
 * <p>Safe for several threads at once.
 */
public final class CudaGemm {
  private static final int TILE = 64;
  private static final int SIDE = 16;

  /** What kernels may read in one go begins at multiples of it. */
  private static final long ALIGNMENT = 256;

  private final CudaDevice device;

  /** A product on this GPU. */
  public CudaGemm(CudaDevice device) {
    this.device = device;
  }

  /** The name of this implementation, part of a run's fingerprint. */
  public String tier() {
    return "cuda " + device.capability();
  }

  /**
   * {@code c = A B}, plus {@code bias}.
   *
   * @param a outer axis m, with sums over k
   * @param b outer axis n, with sums over k
   * @param bias n floats, or NULL
   * @param c m n floats, row by row, written
   * @throws IllegalArgumentException if the shapes do not fit, or the GPU's memory does not suffice
   */
  public void multiply(CodeMatrix a, CodeMatrix b, MemorySegment bias, MemorySegment c) {
    boolean biased = !bias.equals(MemorySegment.NULL);
    check(a, b, c.byteSize() / Float.BYTES);
    if (biased && bias.byteSize() < (long) Float.BYTES * b.outer()) {
      throw new IllegalArgumentException(
          "a bias of %d bytes does not fit %d columns".formatted(bias.byteSize(), b.outer()));
    }
    run(a, b, bias, 0, c, Float.BYTES);
  }

  /**
   * {@code c += A B}; each element is rounded once.
   *
   * @param c m n floats, row by row, changed
   * @throws IllegalArgumentException as in {@link #multiply}
   */
  public void add(CodeMatrix a, CodeMatrix b, MemorySegment c) {
    check(a, b, c.byteSize() / Float.BYTES);
    run(a, b, c, b.outer(), c, Float.BYTES);
  }

  /**
   * The exact sums alone.
   *
   * @param sums m n, row by row, written
   */
  public void sums(CodeMatrix a, CodeMatrix b, long[] sums) {
    check(a, b, sums.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(JAVA_LONG, sums.length);
      run(a, b, MemorySegment.NULL, 0, into, Long.BYTES);
      MemorySegment.copy(into, JAVA_LONG, 0, sums, 0, sums.length);
    }
  }

  private static void check(CodeMatrix a, CodeMatrix b, long size) {
    if (a.terms() != b.terms() || (long) a.outer() * b.outer() != size) {
      throw new IllegalArgumentException(
          "an integer product of %d x %d and %d x %d does not fit in %d elements"
              .formatted(a.outer(), a.terms(), b.terms(), b.outer(), size));
    }
  }

  /**
   * One product.
   *
   * @param bias what is added, or NULL; one float for each column
   * @param biasStep 0, or the columns of a bias that has a float for each element
   * @param to takes floats or sums
   * @param width bytes of each
   */
  private void run(
      CodeMatrix a, CodeMatrix b, MemorySegment bias, int biasStep, MemorySegment to, int width) {
    if (a.outer() == 0 || b.outer() == 0) {
      return;
    }
    TermPlan plan = TermPlan.of(a, b);
    Ranges ranges = new Ranges();
    long order = ranges.take((long) Integer.BYTES * plan.order().length);
    long segments = ranges.take((long) Integer.BYTES * plan.segments().length);
    Place left = new Place(a, plan, ranges);
    Place right = new Place(b, plan, ranges);
    long biasAt = ranges.take(bias.byteSize());
    long bytes = (long) width * a.outer() * b.outer();
    long result = ranges.take(bytes);
    String step = "a product of %d x %d x %d".formatted(a.outer(), a.terms(), b.outer());
    try (DeviceBudget.Admission _ = device.budget().admit(step, ranges.end())) {
      Driver driver = device.enter();
      long base = allocate(driver, ranges.end(), step);
      try {
        driver.copyIn(base + order, MemorySegment.ofArray(plan.order()));
        driver.copyIn(base + segments, MemorySegment.ofArray(plan.segments()));
        driver.copyIn(base + biasAt, bias);
        left.fill(driver, base, order);
        right.fill(driver, base, order);
        boolean floats = width == Float.BYTES;
        driver.launch(
            device.kernel(plan.narrow() ? "tributary_gemm32" : "tributary_gemm64"),
            Math.multiplyExact(left.stride / TILE, right.stride / TILE),
            SIDE,
            SIDE,
            base + left.packed,
            base + right.packed,
            a.outer(),
            b.outer(),
            left.stride,
            right.stride,
            base + segments,
            plan.segmentCount(),
            base + left.units,
            a.units().length > 1 ? 1 : 0,
            base + right.units,
            b.units().length > 1 ? 1 : 0,
            bias.byteSize() > 0 ? base + biasAt : 0L,
            biasStep,
            floats ? base + result : 0L,
            floats ? 0L : base + result);
        driver.copyOut(to.asSlice(0, bytes), base + result);
      } finally {
        driver.free(base);
      }
    }
  }

  /** Memory that the budget has; others may have taken it. */
  private static long allocate(Driver driver, long bytes, String step) {
    try {
      return driver.allocate(bytes);
    } catch (CudaException e) {
      throw new CudaException(
          "%s wants %d bytes of the GPU, of which %d are free: %s. Other processes may have taken"
                  .formatted(step, bytes, driver.freeBytes(), e.getMessage())
              + " memory since this one began; run all clients in one process, or give each process"
              + " a GPU of its own (CUDA_VISIBLE_DEVICES)");
    }
  }

  /** Where an operand lies in the memory of a product. */
  private final class Place {
    private final CodeMatrix matrix;
    private final int words;
    private final int stride;
    private final long codes;
    private final long patches;
    private final long packed;
    private final long units;

    Place(CodeMatrix matrix, TermPlan plan, Ranges ranges) {
      this.matrix = matrix;
      this.words = plan.words();
      this.stride = Math.multiplyExact(Math.ceilDiv(matrix.outer(), TILE), TILE);
      this.codes = ranges.take(matrix.codes().byteSize());
      this.patches = ranges.take(matrix.patchBytes());
      this.packed = ranges.take((long) Integer.BYTES * words * stride);
      this.units = ranges.take((long) Double.BYTES * matrix.units().length);
    }

    void fill(Driver driver, long base, long order) {
      driver.copyIn(base + codes, matrix.codes());
      driver.copyIn(base + patches, MemorySegment.ofArray(matrix.patchesOf(base + codes)));
      driver.copyIn(base + units, MemorySegment.ofArray(matrix.units()));
      if (words == 0) {
        return;
      }
      driver.launch(
          device.kernel("tributary_pack"),
          Math.multiplyExact(stride / TILE, words),
          TILE,
          1,
          base + codes,
          (long) matrix.columns(),
          matrix.patchBytes() > 0 ? base + patches : 0L,
          matrix.sumsRows() ? 1 : 0,
          matrix.outer(),
          base + order,
          stride,
          base + packed);
    }
  }

  /** Lays ranges of bytes one behind the other. */
  private static final class Ranges {
    private long end;

    long take(long bytes) {
      long from = end;
      end += Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
      return from;
    }

    long end() {
      return end;
    }
  }
}
