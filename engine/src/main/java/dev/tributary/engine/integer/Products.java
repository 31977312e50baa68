package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What tiers have in common: checks, bounds, and the last step from sums to floats. */
final class Products {
  private Products() {}

  /** The largest magnitude that a sum of this product can have. */
  static double bound(Operand a, Operand b) {
    return (double) a.terms() * a.most() * b.most();
  }

  /** Checks that the product can be written to {@code c}. */
  static void check(IntegerGemm tier, Operand a, Operand b, @Nullable Tensor bias, Tensor c) {
    check(tier, a, b, c.size());
    if (c.isDouble() || (bias != null && bias.size() != b.outer())) {
      throw new IllegalArgumentException(
          "an integer product of %d x %d needs float32 and a bias of %d, got %s and %s"
              .formatted(a.outer(), b.outer(), b.outer(), c, bias));
    }
  }

  /** Checks that the product has {@code size} elements and that the tier may compute it. */
  static void check(IntegerGemm tier, Operand a, Operand b, int size) {
    if (a.terms() != b.terms() || (long) a.outer() * b.outer() != size) {
      throw new IllegalArgumentException(
          "an integer product of %d x %d and %d x %d does not fit in %d elements"
              .formatted(a.outer(), a.terms(), b.terms(), b.outer(), size));
    }
    Optional<String> refusal = tier.refusal(a, b);
    if (refusal.isPresent()) {
      throw new IllegalArgumentException(
          "the tier %s refuses the product of %s and %s: %s, or another tier (engine.integer)"
              .formatted(tier.tier(), a.matrix().name(), b.matrix().name(), refusal.get()));
    }
  }

  /** Adds what exact sums times a factor are worth. */
  static void add(long[] sums, Operand a, Operand b, double factor, Tensor c) {
    int columns = b.outer();
    Floats result = new Floats();
    MemorySegment to = result.values(c);
    for (int i = 0; i < sums.length; i++) {
      double worth = sums[i] * (a.unit(i / columns) * (b.unit(i % columns) * factor));
      to.setAtIndex(JAVA_FLOAT, i, (float) (worth + to.getAtIndex(JAVA_FLOAT, i)));
    }
    result.give(c);
  }

  /** Writes what exact sums are worth. */
  static void finish(long[] sums, Operand a, Operand b, @Nullable Tensor bias, Tensor c) {
    int columns = b.outer();
    Floats result = new Floats();
    MemorySegment to = result.room(c);
    MemorySegment added = bias == null ? MemorySegment.NULL : new Floats().values(bias);
    for (int i = 0; i < a.outer(); i++) {
      for (int j = 0; j < columns; j++) {
        double worth = sums[i * columns + j] * (a.unit(i) * b.unit(j));
        if (bias != null) {
          worth += added.getAtIndex(JAVA_FLOAT, j);
        }
        to.setAtIndex(JAVA_FLOAT, (long) i * columns + j, (float) worth);
      }
    }
    result.give(c);
  }
}
