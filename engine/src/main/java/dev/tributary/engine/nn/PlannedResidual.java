package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.src;
import static dev.tributary.engine.onednn.Argument.src1;

import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Primitive;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Residual}: two chains from one value, and their sum. */
final class PlannedResidual implements PlannedLayer {
  private final List<PlannedLayer> branch;
  private final List<PlannedLayer> shortcut;

  PlannedResidual(Residual spec, Workspace workspace) {
    // The sum of the two gradients needs both, even where nobody below does.
    workspace.requireInputGradient();
    this.branch = Planner.layers(spec.branch(), workspace);
    this.shortcut = Planner.layers(spec.shortcut(), workspace);
  }

  @Override
  public Value plan(Plan plan, Value x) {
    boolean needed = x.gradient() != null;
    Desc format = x.desc();
    Value one = x.withGradient(needed ? plan.place(format) : null);
    Value other = x.withGradient(needed ? plan.place(format) : null);
    plan.add(new Fork(plan.dnnl(), x, one, other));
    Value left = Planner.plan(branch, plan, one);
    Value right = plan.in(left.desc(), Planner.plan(shortcut, plan, other));
    Value sum = plan.value(left.desc(), left.plain(), true);
    plan.add(new Join(plan.dnnl(), left, right, sum));
    return sum;
  }

  /** Nothing on the way up; the sum of two gradients on the way down. */
  private static final class Fork implements Plan.Step {
    private final @Nullable Primitive add;

    Fork(OneDnn dnnl, Value x, Value one, Value other) {
      Place down = x.gradient();
      Desc f = x.desc();
      this.add =
          down == null
              ? null
              : dnnl.bind(
                  dnnl.operations().add(f, f, f),
                  src(one.needed().as(f)),
                  src1(other.needed().as(f)),
                  dst(down.as(f)));
    }

    @Override
    public void forward(Pass pass) {}

    @Override
    public void backward(Pass pass) {
      if (add != null) {
        add.run();
      }
    }
  }

  /** The sum on the way up; a copy of the gradient for each side on the way down. */
  private static final class Join implements Plan.Step {
    private final Primitive add;
    private final @Nullable Primitive left;
    private final @Nullable Primitive right;

    Join(OneDnn dnnl, Value left, Value right, Value sum) {
      Desc f = sum.desc();
      this.add =
          dnnl.bind(
              dnnl.operations().add(left.desc(), right.desc(), f),
              src(left.memory()),
              src1(right.memory()),
              dst(sum.memory()));
      this.left = copy(dnnl, sum, left);
      this.right = copy(dnnl, sum, right);
    }

    private static @Nullable Primitive copy(OneDnn dnnl, Value sum, Value side) {
      Place gradient = side.gradient();
      Place from = sum.gradient();
      if (gradient == null || from == null) {
        return null;
      }
      Memory up = from.as(sum.desc());
      return dnnl.reorder(up, gradient.as(side.desc()));
    }

    @Override
    public void forward(Pass pass) {
      add.run();
    }

    @Override
    public void backward(Pass pass) {
      if (left != null) {
        left.run();
      }
      if (right != null) {
        right.run();
      }
    }
  }
}
