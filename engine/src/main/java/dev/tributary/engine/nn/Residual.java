package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.List;

/**
 * {@code y = branch(x) + shortcut(x)}; an empty shortcut is the identity, others project.
 *
 * @param name the layer's name
 * @param branch the layers of the branch, at least one
 * @param shortcut the layers of the shortcut, or none
 */
public record Residual(String name, List<LayerSpec> branch, List<LayerSpec> shortcut)
    implements LayerSpec {

  /** Checks that branch and shortcut fit together. */
  public Residual {
    branch = List.copyOf(branch);
    shortcut = List.copyOf(shortcut);
    if (branch.isEmpty()) {
      throw new IllegalArgumentException(name + ": the branch must have at least one layer");
    }
    Sequential.requireChain(branch);
    Sequential.requireChain(shortcut);
    Shape in = branch.getFirst().input();
    Shape out = branch.getLast().output();
    boolean fits =
        shortcut.isEmpty()
            ? in.equals(out)
            : shortcut.getFirst().input().equals(in) && shortcut.getLast().output().equals(out);
    if (!fits) {
      throw new IllegalArgumentException(
          name
              + ": the branch goes from "
              + in
              + " to "
              + out
              + " and the shortcut does not; give a projection (a 1x1 convolution) that does");
    }
  }

  @Override
  public Shape input() {
    return branch.getFirst().input();
  }

  @Override
  public Shape output() {
    return branch.getLast().output();
  }

  @Override
  public String describe() {
    return "residual of %d layers, %s shortcut"
        .formatted(branch.size(), shortcut.isEmpty() ? "identity" : "projection");
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    branch.forEach(l -> l.declare(layout));
    shortcut.forEach(l -> l.declare(layout));
  }

  @Override
  public void initialize(Initialization values) {
    branch.forEach(l -> l.initialize(values));
    shortcut.forEach(l -> l.initialize(values));
  }

  @Override
  public Layer build(Workspace workspace) {
    // The sum of the two gradients needs both, even where nobody below does.
    workspace.requireInputGradient();
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final Kernels kernels;
    private final Sequential branch;
    private final Sequential shortcut;
    private final BatchTensor output;
    private final BatchTensor branchGradient;
    private final BatchTensor sum;

    Live(Residual spec, Workspace workspace) {
      this.kernels = workspace.kernels();
      this.branch = new Sequential(spec.branch, workspace);
      this.shortcut = new Sequential(spec.shortcut, workspace);
      this.output = workspace.batch(spec.output());
      this.branchGradient = workspace.batch(spec.output());
      this.sum = workspace.batch(spec.input());
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      Tensor y = output.rows(x.shape().axis(0));
      kernels.add(branch.forward(x, pass), shortcut.forward(x, pass), y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      int n = dy.shape().axis(0);
      // Layers may overwrite the gradient they are given, so the branch gets a copy.
      Tensor copy = branchGradient.rows(n);
      kernels.scaleAdd(1, dy, 0, copy);
      Tensor dx = sum.rows(n);
      kernels.add(branch.backward(copy, pass), shortcut.backward(dy, pass), dx);
      return dx;
    }
  }
}
