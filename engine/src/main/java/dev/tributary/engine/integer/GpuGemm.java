package dev.tributary.engine.integer;

import dev.tributary.engine.cuda.CodeMatrix;
import dev.tributary.engine.cuda.CudaDevice;
import dev.tributary.engine.cuda.CudaGemm;
import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The product by a GPU of NVIDIA's, with sums of 32 bits where these suffice and of 64 elsewhere:
 * any bits, any groups, any length. Codes, and of patches those of the image alone, go there for
 * each product, and the result comes back; all that use one GPU share its {@link
 * dev.tributary.engine.cuda.DeviceBudget}.
 *
 * <p>What refuses is memory: a product that the budget could never hold is an error that names both
 * numbers.
 */
public final class GpuGemm implements IntegerGemm {
  private final CudaGemm gemm;
  private final Floats added = new Floats();
  private final Floats result = new Floats();

  /** On the GPU of this machine; an error unless {@link #absence} is empty. */
  public GpuGemm() {
    this(CudaDevice.find().orElseThrow(() -> new IllegalStateException(absence())));
  }

  /** On this GPU. */
  GpuGemm(CudaDevice device) {
    this.gemm = new CudaGemm(device);
  }

  /** Why this machine has no GPU to be used, as the end of "... because"; empty if it has one. */
  public static String absence() {
    return CudaDevice.absence();
  }

  @Override
  public long bytes() {
    return added.bytes() + result.bytes();
  }

  @Override
  public String tier() {
    return gemm.tier();
  }

  @Override
  public Optional<String> refusal(Operand a, Operand b) {
    return Optional.empty();
  }

  @Override
  public void multiply(Operand a, Operand b, @Nullable Tensor bias, Tensor c) {
    Products.check(this, a, b, bias, c);
    MemorySegment to = result.room(c);
    gemm.multiply(
        codes(a, 1), codes(b, 1), bias == null ? MemorySegment.NULL : added.values(bias), to);
    result.give(c);
  }

  @Override
  public void add(Operand a, Operand b, double factor, Tensor c) {
    Products.check(this, a, b, null, c);
    gemm.add(codes(a, 1), codes(b, factor), result.values(c));
    result.give(c);
  }

  @Override
  public void sums(Operand a, Operand b, long[] sums) {
    Products.check(this, a, b, sums.length);
    gemm.sums(codes(a, 1), codes(b, 1), sums);
  }

  /** An operand whose sums are worth {@code factor} times as much. */
  private static CodeMatrix codes(Operand operand, double factor) {
    QuantizedMatrix matrix = operand.matrix();
    byte[] weights = new byte[matrix.groups() > 1 ? operand.terms() : 0];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = (byte) (matrix.groups() - 1 - matrix.exponent(k));
    }
    double[] units = new double[matrix.scales() > 1 ? operand.outer() : 1];
    for (int i = 0; i < units.length; i++) {
      units[i] = operand.unit(i) * factor;
    }
    boolean sumsRows = operand.reduction() == Axis.ROWS;
    Patches patches = matrix.patches();
    return patches == null
        ? new CodeMatrix(
            matrix.codes(),
            matrix.rows(),
            matrix.columns(),
            sumsRows,
            weights,
            matrix.qmax(),
            units)
        : CodeMatrix.patches(
            matrix.values(),
            patches.structure(),
            matrix.rows(),
            matrix.columns(),
            sumsRows,
            weights,
            matrix.qmax(),
            units);
  }
}
