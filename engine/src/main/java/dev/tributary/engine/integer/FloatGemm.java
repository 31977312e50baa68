package dev.tributary.engine.integer;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The product by an ordinary float32 product of whole numbers, on whatever device the kernels
 * compute: float32 holds every whole number up to 2^24, so as long as no partial sum can be larger
 * each addition is exact, in any order. Longer sums are cut into pieces that keep to that, and the
 * pieces are added in 64 bits.
 *
 * <p>Refuses codes of which not even one product fits.
 */
public final class FloatGemm implements IntegerGemm {
  private static final int EXACT = 1 << 24;

  private final Kernels kernels;
  private long[] sums = new long[0];

  /** A tier that multiplies by these kernels. */
  public FloatGemm(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public long bytes() {
    return (long) Long.BYTES * sums.length;
  }

  @Override
  public String tier() {
    return "float " + kernels.tier();
  }

  @Override
  public Optional<String> refusal(Operand a, Operand b) {
    return pieceOf(a, b) > 0
        ? Optional.empty()
        : Optional.of(
            "a product of codes with their groups' powers of two may be up to %d, and float32 holds"
                    .formatted((long) a.most() * b.most())
                + " whole numbers up to %d; take fewer bits or groups".formatted(EXACT));
  }

  /** So many terms can be summed exactly. */
  private static int pieceOf(Operand a, Operand b) {
    return EXACT / a.most() / b.most();
  }

  @Override
  public void multiply(Operand a, Operand b, @Nullable Tensor bias, Tensor c) {
    Products.check(this, a, b, bias, c);
    if (sums.length != c.size()) {
      sums = new long[c.size()];
    }
    sums(a, b, sums);
    Products.finish(sums, a, b, bias, c);
  }

  @Override
  public void sums(Operand a, Operand b, long[] into) {
    Products.check(this, a, b, into.length);
    Arrays.fill(into, 0);
    if (into.length == 0) {
      return;
    }
    int piece = pieceOf(a, b);
    for (int from = 0; from < a.terms(); from += piece) {
      int terms = Math.min(piece, a.terms() - from);
      try (Tensor left = floats(a, from, terms);
          Tensor right = floats(b, from, terms);
          Tensor product = Tensor.zeros(Shape.of(a.outer(), b.outer()))) {
        kernels.gemm(left, false, right, true, product);
        float[] values = product.toFloats();
        for (int i = 0; i < into.length; i++) {
          into[i] += (long) values[i];
        }
      }
    }
  }

  /** Terms {@code from} on of every outer index, a row each. */
  private static Tensor floats(Operand operand, int from, int terms) {
    float[] values = new float[operand.outer() * terms];
    for (int i = 0; i < operand.outer(); i++) {
      for (int k = 0; k < terms; k++) {
        values[i * terms + k] = operand.weighted(i, from + k);
      }
    }
    Tensor tensor = Tensor.zeros(Shape.of(operand.outer(), terms));
    tensor.set(values);
    return tensor;
  }
}
