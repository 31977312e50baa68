package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;

/**
 * Inverted dropout (Srivastava et al., 2014): in training each element is zero with probability
 * {@code rate}, else divided by {@code 1 - rate}; in evaluation nothing happens. Masks are drawn
 * from the pass's seeds at the layer's name.
 *
 * @param name the layer's name
 * @param input the shape of one sample
 * @param rate the probability of zero, in [0, 1)
 */
public record Dropout(String name, Shape input, double rate) implements LayerSpec {
  /** Draws at a time. */
  private static final int DRAWS = 512;

  /** Checks the range. */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          name + ": the rate of dropout must be in [0, 1), got " + rate);
    }
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    return "dropout " + rate;
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final Dropout spec;
    private final Kernels kernels;
    private final BatchTensor output;
    private final BatchTensor masks;
    private final long[] draws = new long[DRAWS];
    private final long dropped;
    private float[] drawn = new float[0];

    Live(Dropout spec, Workspace workspace) {
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.output = workspace.batch(spec.input);
      this.masks = workspace.batch(spec.input);
      // A uniform draw is a whole number of steps of 2^-53: below the rate are those of so many.
      this.dropped = (long) Math.ceil(spec.rate * 0x1p53);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      if (!pass.training()) {
        return x;
      }
      int n = x.shape().axis(0);
      Tensor mask = masks.rows(n);
      draw(mask, pass.seeds().child(spec.name).stream());
      Tensor y = output.rows(n);
      kernels.multiply(x, mask, y);
      return y;
    }

    private void draw(Tensor mask, RandomStream stream) {
      if (drawn.length < mask.size()) {
        drawn = new float[mask.size()];
      }
      float keep = (float) (1 / (1 - spec.rate));
      for (int from = 0; from < mask.size(); from += DRAWS) {
        stream.nextLongs(draws);
        int count = Math.min(DRAWS, mask.size() - from);
        for (int i = 0; i < count; i++) {
          drawn[from + i] = draws[i] >>> 11 < dropped ? 0f : keep;
        }
      }
      mask.copyIn(drawn, mask.size());
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      if (pass.training()) {
        kernels.multiply(dy, masks.rows(dy.shape().axis(0)), dy);
      }
      return dy;
    }
  }
}
