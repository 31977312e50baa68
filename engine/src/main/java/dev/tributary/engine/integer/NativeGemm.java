package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The product by our own C, with the widest instructions of the processor and the threads that
 * OpenMP gives the calling thread. Never refuses: sums that could leave 32 bits are added in 64.
 *
 * <p>Codes are packed into panels, four terms of a sum side by side, and multiplied tile by tile.
 * Powers of two of groups go into the codes where these still fit in a byte, and what does not fit
 * into the codes that they meet; else the terms are ordered by group and the sums shifted between
 * groups. A prepared operand is quantised while it is packed.
 */
public final class NativeGemm implements IntegerGemm {
  private final InstructionSet instructions;
  private final Buffer scratch = new Buffer();
  private final Buffer exact = new Buffer();
  private final Floats added = new Floats();
  private final Floats result = new Floats();

  /** With the best instructions of this processor; an error unless {@link #available}. */
  public NativeGemm() {
    this(InstructionSet.best());
  }

  /** With these instructions, which the processor must have. */
  public NativeGemm(InstructionSet instructions) {
    if (instructions.compareTo(InstructionSet.best()) > 0) {
      throw new IllegalArgumentException(
          "this processor has no " + instructions + ", at best " + InstructionSet.best());
    }
    this.instructions = instructions;
  }

  /** Whether the build found a C compiler and this system can load what it made. */
  public static boolean available() {
    return NativeLibrary.available();
  }

  @Override
  public long bytes() {
    return scratch.bytes() + exact.bytes() + added.bytes() + result.bytes();
  }

  @Override
  public String tier() {
    return "native " + instructions.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Optional<String> refusal(Operand a, Operand b) {
    return Optional.empty();
  }

  @Override
  public void multiply(Operand a, Operand b, @Nullable Tensor bias, Tensor c) {
    Products.check(this, a, b, bias, c);
    MemorySegment vector = bias == null ? MemorySegment.NULL : added.values(bias);
    call(a, b, 1, vector, result.room(c), MemorySegment.NULL);
    result.give(c);
  }

  @Override
  public void add(Operand a, Operand b, double factor, Tensor c) {
    addForLargest(a, b, factor, c);
  }

  @Override
  public float addForLargest(Operand a, Operand b, double factor, Tensor c) {
    Products.check(this, a, b, null, c);
    MemorySegment sum = result.values(c);
    int largest = call(a, b, factor, sum, sum, MemorySegment.NULL);
    result.give(c);
    return Float.intBitsToFloat(largest);
  }

  @Override
  public void sums(Operand a, Operand b, long[] sums) {
    Products.check(this, a, b, sums.length);
    MemorySegment into = exact.atLeast((long) Long.BYTES * sums.length);
    call(a, b, 1, MemorySegment.NULL, MemorySegment.NULL, into);
    MemorySegment.copy(into, JAVA_LONG, 0, sums, 0, sums.length);
  }

  private int call(
      Operand a,
      Operand b,
      double factor,
      MemorySegment bias,
      MemorySegment c,
      MemorySegment into) {
    if (NativeLibrary.orders(a.descriptor(), b.descriptor())) {
      settle(a);
      settle(b);
    }
    try {
      int isa = instructions.code();
      MemorySegment memory =
          scratch.atLeast(NativeLibrary.scratch(isa, a.descriptor(), b.descriptor()));
      return NativeLibrary.gemm(isa, a.descriptor(), b.descriptor(), factor, bias, c, into, memory);
    } finally {
      // The descriptors have mere addresses of the matrices' memory.
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
    }
  }

  /** Codes at once where terms are rows: reading floats row by row in another order is slow. */
  private static void settle(Operand operand) {
    if (operand.reduction() == Axis.ROWS) {
      operand.matrix().codes();
    }
  }
}
