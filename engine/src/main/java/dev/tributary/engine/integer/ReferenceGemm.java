package dev.tributary.engine.integer;

import dev.tributary.engine.tensor.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The definition in plain Java, with 64-bit sums: any bits, any groups, any length. */
public final class ReferenceGemm implements IntegerGemm {
  private long[] sums = new long[0];

  /** A tier. */
  public ReferenceGemm() {}

  @Override
  public long bytes() {
    return (long) Long.BYTES * sums.length;
  }

  @Override
  public String tier() {
    return "reference";
  }

  @Override
  public Optional<String> refusal(Operand a, Operand b) {
    // At most 2^31 terms of 2^28: it always fits.
    return Optional.empty();
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
  public void sums(Operand a, Operand b, long[] sums) {
    Products.check(this, a, b, sums.length);
    int terms = a.terms();
    int columns = b.outer();
    int[] left = new int[terms];
    int[] right = new int[terms * columns];
    for (int j = 0; j < columns; j++) {
      weights(b, j, right, j * terms);
    }
    for (int i = 0; i < a.outer(); i++) {
      weights(a, i, left, 0);
      for (int j = 0; j < columns; j++) {
        long sum = 0;
        for (int k = 0; k < terms; k++) {
          sum += (long) left[k] * right[j * terms + k];
        }
        sums[i * columns + j] = sum;
      }
    }
  }

  private static void weights(Operand operand, int i, int[] into, int at) {
    for (int k = 0; k < operand.terms(); k++) {
      into[at + k] = operand.weighted(i, k);
    }
  }
}
