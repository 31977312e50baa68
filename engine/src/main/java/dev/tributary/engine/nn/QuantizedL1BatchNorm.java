package dev.tributary.engine.nn;

import static dev.tributary.engine.integer.Axis.COLUMNS;

import dev.tributary.engine.integer.Codes;
import dev.tributary.engine.integer.IntegerL1Norm;
import dev.tributary.engine.integer.QuantizedMatrix;
import dev.tributary.engine.integer.Quantizer;
import dev.tributary.engine.integer.Rounding;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@link L1BatchNorm} that trains by {@link IntegerL1Norm}: input and output gradient become codes
 * of 8 bits with one scale for the tensor, what is computed are codes of 8 bits, and floats are
 * those times their scale.
 *
 * <p>Codes of the input are the nearest, and the gradient passes through their rounding as if it
 * were not there (straight-through estimator); codes of the gradient are drawn, so that gradients
 * are unbiased. Running statistics are those of the codes. Evaluation normalises in float32 by the
 * running statistics, as the source does.
 *
 * @param source the normalisation; at most 2^16 positions of a channel
 */
public record QuantizedL1BatchNorm(L1BatchNorm source) implements WrappedLayer {
  private static final Quantizer QUANTIZER = Quantizer.perTensor(8);

  /** Checks the size. */
  public QuantizedL1BatchNorm {
    int positions = positions(source);
    if (positions > IntegerL1Norm.MOST_POSITIONS) {
      throw new IllegalArgumentException(
          "%s: integer normalisation takes at most %d positions of a channel, got %d; set"
                  .formatted(source.name(), IntegerL1Norm.MOST_POSITIONS, positions)
              + " precision.normalization = fp32");
    }
  }

  private static int positions(L1BatchNorm source) {
    return source.input().size() / source.input().axis(0);
  }

  @Override
  public String describe() {
    return "int8 " + source.describe();
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(source, workspace);
  }

  private static final class Live implements Layer {
    private final L1BatchNorm spec;
    private final int channels;
    private final Affine affine;
    private final L1Statistics statistics;
    private final BatchTensor output;
    private final Layer settled;
    private final IntegerL1Norm norm;
    private final QuantizedMatrix x;
    private final QuantizedMatrix dy;
    private final MemorySegment codes;
    private final Codes numbers = new Codes();
    private final float[] gamma;
    private final float[] beta;
    private boolean trained;

    Live(L1BatchNorm spec, Workspace workspace) {
      this.spec = spec;
      this.channels = spec.input().axis(0);
      this.affine = Affine.learned(spec.name(), workspace);
      this.statistics = new L1Statistics(spec, workspace);
      this.output = workspace.batch(spec.input());
      this.settled = new SettledL1Norm.Live(spec, output, workspace);
      this.norm = new IntegerL1Norm(channels, spec.kappa(), spec.eps(), QUANTIZER.bits());
      this.x = workspace.codes("the input of " + spec.name());
      this.dy = workspace.codes("the output gradient of " + spec.name());
      this.codes = Arena.ofAuto().allocate((long) workspace.batch() * spec.input().size(), 64);
      this.gamma = new float[channels];
      this.beta = new float[channels];
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      trained = pass.training();
      if (!trained) {
        return settled.forward(input, pass);
      }
      int batch = input.shape().axis(0);
      Norms.requireSpread(spec.name(), spec.input(), batch);
      x.quantize(input, batch, spec.input().size(), COLUMNS, QUANTIZER, Rounding.NEAREST);
      affine.scale().copyOut(gamma, channels);
      affine.shift().copyOut(beta, channels);
      double scale =
          norm.forward(x.codes(), x.scale(0), batch, positions(spec), gamma, beta, codes);
      Tensor y = output.rows(batch);
      numbers.values(codes, scale, y);
      for (int c = 0; c < channels; c++) {
        statistics.mean().put(c, norm.mean()[c]);
        statistics.spread().put(c, norm.spread()[c]);
      }
      statistics.follow();
      return y;
    }

    @Override
    public Tensor backward(Tensor gradient, Pass pass) {
      if (!trained) {
        throw new IllegalStateException(spec.name() + ": a backward pass follows one of training");
      }
      Seeds seeds = pass.seeds().child(spec.name());
      dy.quantize(
          gradient,
          gradient.shape().axis(0),
          spec.input().size(),
          COLUMNS,
          QUANTIZER,
          Rounding.stochastic(seeds.child("dy")));
      double scale =
          norm.backward(x.codes(), dy.codes(), dy.scale(0), seeds.child("dx").key(), codes);
      numbers.values(codes, scale, gradient);
      affine.scaleGradient().copyIn(norm.scaleGradient(), channels);
      affine.shiftGradient().copyIn(norm.shiftGradient(), channels);
      return gradient;
    }
  }
}
