package dev.tributary.engine.nn;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;

/**
 * The initial values of a model's parameters. Each tensor draws from the seeds' child of its own
 * name, so the values do not depend on the order or number of the others.
 */
public final class Initialization {
  private final ParameterLayout layout;
  private final Seeds seeds;
  private final float[] values;

  /** All zeros so far. */
  public Initialization(ParameterLayout layout, Seeds seeds) {
    this.layout = layout;
    this.seeds = seeds;
    this.values = new float[layout.size()];
  }

  /** Draws the tensor uniformly from [-bound, bound). */
  public void uniform(String tensor, double bound) {
    ParameterSpec spec = layout.spec(tensor);
    RandomStream stream = seeds.child(tensor).stream();
    for (int i = spec.offset(); i < spec.end(); i++) {
      values[i] = (float) ((2 * stream.nextDouble() - 1) * bound);
    }
  }

  /**
   * Draws a weight and a bias as PyTorch does by default: Kaiming's uniform with a = sqrt(5), which
   * comes to [-1/sqrt(fanIn), 1/sqrt(fanIn)) for both.
   */
  public void fanIn(String weight, String bias, int fanIn) {
    double bound = 1 / Math.sqrt(fanIn);
    uniform(weight, bound);
    uniform(bias, bound);
  }

  /** Fills the tensor. */
  public void constant(String tensor, float value) {
    ParameterSpec spec = layout.spec(tensor);
    Arrays.fill(values, spec.offset(), spec.end(), value);
  }

  /** The values so far. */
  public ParameterVector vector() {
    return ParameterVector.of(layout, values);
  }
}
