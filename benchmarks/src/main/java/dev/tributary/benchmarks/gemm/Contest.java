package dev.tributary.benchmarks.gemm;

import dev.tributary.engine.integer.Axis;
import dev.tributary.engine.integer.IntegerGemm;
import dev.tributary.engine.integer.QuantizedMatrix;
import dev.tributary.engine.integer.Quantizer;
import dev.tributary.engine.integer.Rounding;
import dev.tributary.engine.onednn.Gemm;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;

/** One product, ours and theirs, on the same values. */
final class Contest implements AutoCloseable {
  private static final int GROUPS = 4;
  private static final Seeds SEEDS = Seeds.root(1);

  private final Product product;
  private final IntegerGemm gemm;
  private final Quantizer left;
  private final Quantizer right;
  private final Tensor a;
  private final Tensor b;
  private final Tensor c;
  private final QuantizedMatrix codesOfA = new QuantizedMatrix("A");
  private final QuantizedMatrix codesOfB = new QuantizedMatrix("B");

  Contest(Product product, int bits, IntegerGemm gemm) {
    this.product = product;
    this.gemm = gemm;
    this.left = product.gradient() ? Quantizer.shift(bits, GROUPS) : Quantizer.perTensor(bits);
    this.right = Quantizer.perTensor(bits);
    this.a = tensor("a", product.m() * product.k());
    this.b = tensor("b", product.n() * product.k());
    this.c = Tensor.zeros(Shape.of(product.m(), product.n()));
    prepare();
    codesOfA.codes();
    codesOfB.codes();
  }

  private static Tensor tensor(String name, int size) {
    RandomStream random = SEEDS.child(name).stream();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    Tensor tensor = Tensor.zeros(Shape.of(size));
    tensor.set(values);
    return tensor;
  }

  /** Ours, with codes ready in memory as a layer keeps those that it uses twice. */
  void ours() {
    gemm.multiply(codesOfA.over(product.left()), codesOfB.over(product.right()), null, c);
  }

  /** Ours from floats to floats: both ranges, both quantised, multiplied. */
  void oursFromFloats() {
    prepare();
    ours();
  }

  private void prepare() {
    int rowsA = product.leftRows();
    int rowsB = product.rightRows();
    Rounding rounding = product.gradient() ? Rounding.stochastic(SEEDS) : Rounding.NEAREST;
    codesOfA.prepare(a, rowsA, a.size() / rowsA, product.left(), left, rounding);
    codesOfB.prepare(b, rowsB, b.size() / rowsB, product.right(), right, Rounding.NEAREST);
  }

  /** Theirs: oneDNN's product of float32. */
  void theirs() {
    Gemm.floats(
        product.left() == Axis.ROWS,
        product.right() == Axis.COLUMNS,
        product.m(),
        product.n(),
        product.k(),
        a.memory(),
        b.memory(),
        c.memory());
  }

  @Override
  public void close() {
    a.close();
    b.close();
    c.close();
  }
}
