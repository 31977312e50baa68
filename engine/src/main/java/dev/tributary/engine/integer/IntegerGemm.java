package dev.tributary.engine.integer;

import dev.tributary.engine.tensor.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The exact product of two matrices of codes:
 *
 * <pre>
 *   acc_ij = sum_k (q_ik &lt;&lt; (G_A - 1 - e^A_k)) (p_kj &lt;&lt; (G_B - 1 - e^B_k))
 *   C_ij   = s_A s_B 2^-(G_A - 1 + G_B - 1) acc_ij + bias_j
 * </pre>
 *
 * <p>The sums are exact integers. The two scales and the power of two are multiplied in double
 * precision, then with the sum, the bias is added, and the result is rounded once to float32. So
 * all tiers give the same bits wherever they may run, for any number of threads; where one may not,
 * because its accumulator could overflow, it refuses.
 *
 * <p>Reads the operands' tensors if they are only prepared. For one thread at a time.
 */
public interface IntegerGemm {

  /** The bytes of memory that it keeps from product to product on this machine's own side. */
  long bytes();

  /** The name of this implementation, part of a run's fingerprint. */
  String tier();

  /** Why this tier may not multiply these operands, with the bound; empty where it may. */
  Optional<String> refusal(Operand a, Operand b);

  /**
   * {@code c = A B}, plus {@code bias}.
   *
   * @param a outer axis m, with sums over k
   * @param b outer axis n, with sums over k
   * @param bias [n], or none
   * @param c [m, n], float32, written
   * @throws IllegalArgumentException if the shapes do not fit, or with {@link #refusal}'s message
   */
  void multiply(Operand a, Operand b, @Nullable Tensor bias, Tensor c);

  /**
   * {@code c += factor A B}, such as a step of gradient descent whose gradient nobody else wants:
   * the factor is multiplied into B's scale in double precision, and c is rounded once.
   *
   * @param c [m, n], float32, changed
   * @throws IllegalArgumentException as in {@link #multiply}
   */
  default void add(Operand a, Operand b, double factor, Tensor c) {
    Products.check(this, a, b, null, c);
    long[] sums = new long[c.size()];
    sums(a, b, sums);
    Products.add(sums, a, b, factor, c);
  }

  /**
   * The same as {@link #add}, and what may spare the next look at c its pass for the range.
   *
   * @return the largest magnitude of c afterwards; NaN where this tier does not know it
   */
  default float addForLargest(Operand a, Operand b, double factor, Tensor c) {
    add(a, b, factor, c);
    return Float.NaN;
  }

  /**
   * The exact sums alone.
   *
   * @param sums m n, row by row, written
   */
  void sums(Operand a, Operand b, long[] sums);
}
