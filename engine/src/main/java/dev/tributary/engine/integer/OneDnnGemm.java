package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.tributary.engine.onednn.Gemm;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The product by oneDNN: bytes in, 32-bit sums out. The powers of two of groups are multiplied into
 * the codes, which must then still fit in a byte; the left codes are raised to unsigned ones and
 * oneDNN takes that off again.
 *
 * <p>Refuses codes that do not fit, sums that may leave 32 bits, and on processors without VNNI,
 * where oneDNN sums pairs of products in 16 bits and saturates, codes for which these may overflow:
 * 8 bits there, or groups.
 */
public final class OneDnnGemm implements IntegerGemm {
  private static final int BYTE = 127;
  private static final int PAIR = 32767;

  private final boolean wide;
  private final Buffer left = new Buffer();
  private final Buffer right = new Buffer();
  private final Buffer sums = new Buffer();
  private long[] exact = new long[0];

  /** A tier; an error unless {@link #available}. */
  public OneDnnGemm() {
    this(Wide.SUMS);
  }

  /**
   * A tier.
   *
   * @param wide whether oneDNN sums products of whole bytes without saturating
   */
  OneDnnGemm(boolean wide) {
    this.wide = wide;
  }

  /** Whether oneDNN is there for this machine. */
  public static boolean available() {
    return OneDnn.available();
  }

  @Override
  public long bytes() {
    return left.bytes() + right.bytes() + sums.bytes() + (long) Long.BYTES * exact.length;
  }

  @Override
  public String tier() {
    return "onednn " + OneDnn.version() + (wide ? "" : " 7-bit");
  }

  @Override
  public Optional<String> refusal(Operand a, Operand b) {
    int most = Math.max(a.most(), b.most());
    if (most > BYTE) {
      return Optional.of(
          "codes with their groups' powers of two may be up to %d and must be at most %d; take fewer"
                  .formatted(most, BYTE)
              + " groups or bits");
    }
    if (!wide && 4L * a.most() * b.most() > PAIR) {
      return Optional.of(
          "pairs of products may be up to %d, and this processor sums them in 16 bits, up to %d;"
                  .formatted(4L * a.most() * b.most(), PAIR)
              + " take at most 7 bits");
    }
    if (Products.bound(a, b) > Integer.MAX_VALUE) {
      return Optional.of(
          "sums of %d terms may be up to %.0f and must fit in 32 bits, up to %d; take fewer bits or"
                  .formatted(a.terms(), Products.bound(a, b), Integer.MAX_VALUE)
              + " groups");
    }
    return Optional.empty();
  }

  @Override
  public void multiply(Operand a, Operand b, @Nullable Tensor bias, Tensor c) {
    Products.check(this, a, b, bias, c);
    if (exact.length != c.size()) {
      exact = new long[c.size()];
    }
    sums(a, b, exact);
    Products.finish(exact, a, b, bias, c);
  }

  @Override
  public void sums(Operand a, Operand b, long[] into) {
    Products.check(this, a, b, into.length);
    if (into.length == 0) {
      return;
    }
    MemorySegment to = sums.atLeast((long) Integer.BYTES * into.length);
    if (a.terms() == 0) {
      to.fill((byte) 0);
    } else {
      Gemm.bytes(
          a.reduction() == Axis.ROWS,
          b.reduction() == Axis.COLUMNS,
          a.outer(),
          b.outer(),
          a.terms(),
          bytes(a, a.most(), left),
          (byte) a.most(),
          bytes(b, 0, right),
          to);
    }
    for (int i = 0; i < into.length; i++) {
      into[i] = to.getAtIndex(JAVA_INT, i);
    }
  }

  /** The codes where they lie, each with its power of two and the offset. */
  private static MemorySegment bytes(Operand operand, int offset, Buffer buffer) {
    QuantizedMatrix matrix = operand.matrix();
    MemorySegment codes = matrix.codes();
    if (offset == 0 && matrix.groups() == 1) {
      return codes;
    }
    int columns = matrix.columns();
    int size = Math.multiplyExact(matrix.rows(), columns);
    MemorySegment to = buffer.atLeast(size);
    for (int i = 0; i < size; i++) {
      int k = operand.reduction() == Axis.COLUMNS ? i % columns : i / columns;
      int weighted = codes.get(JAVA_BYTE, i) << (matrix.groups() - 1 - matrix.exponent(k));
      to.set(JAVA_BYTE, i, (byte) (weighted + offset));
    }
    return to;
  }

  /** Found out by trying, once, when first asked: no list of instruction sets can be complete. */
  private static final class Wide {
    static final boolean SUMS = sums();

    private static boolean sums() {
      int side = 64;
      byte[] most = new byte[side * side];
      try (Arena arena = Arena.ofConfined()) {
        Arrays.fill(most, (byte) 255);
        MemorySegment a = arena.allocateFrom(JAVA_BYTE, most);
        Arrays.fill(most, (byte) BYTE);
        MemorySegment b = arena.allocateFrom(JAVA_BYTE, most);
        MemorySegment c = arena.allocate(JAVA_INT, most.length);
        Gemm.bytes(false, false, side, side, side, a, (byte) 0, b, c);
        return c.get(JAVA_INT, 0) == side * 255 * BYTE;
      }
    }
  }
}
