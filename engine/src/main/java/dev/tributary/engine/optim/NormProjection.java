package dev.tributary.engine.optim;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scales each hidden weight to the Frobenius norm it had at initialisation (Lyle et al., 2024):
 *
 * <pre>
 *   W_l &larr; W_l &middot; rho_l / ||W_l||,   rho_l = ||W_l at initialisation||
 * </pre>
 *
 * <p>Hidden are all tensors of {@link Role#WEIGHT} but the layout's last, which is the output
 * layer's. Where a normalisation follows that takes its statistics from what it normalises, this
 * leaves what the layer computes as it is: {@code norm(c (W x + b)) = norm(W x + b)}. So that it
 * does so with a bias too, the bias takes the same factor as its weight, without counting towards
 * the norm. A standardised convolution (a weight with a gain) does not see the size of its weight
 * at all; its bias is left alone.
 *
 * <p>Asked to, it also scales each normalisation layer's (scale, shift), as one vector, to its
 * initial norm, which is sqrt(d) for d ones and d zeros. For a homogeneous activation such as ReLU
 * that only scales the layer's output.
 *
 * <p>What is all zeros now or was at initialisation stays as it is.
 */
public final class NormProjection {

  /** Elements from {@code offset} on: the first {@code counted} make the norm, all are scaled. */
  private record Group(int offset, int counted, int scaled, double target) {}

  /** A group's elements in live memory. */
  private record Live(Tensor counted, Tensor scaled, double target) {}

  private final ParameterLayout layout;
  private final List<Group> groups;
  private final List<Live> views = new ArrayList<>();
  private @Nullable Tensor viewed;

  /**
   * A projection that remembers its views of the tensor it is given; for one thread.
   *
   * @param initial the initial weights, or those tensors of them that are to be projected
   * @param jointAffine whether scales and shifts of normalisation layers are projected too
   */
  public NormProjection(ParameterVector initial, boolean jointAffine) {
    this.layout = initial.layout();
    this.groups = groups(initial, jointAffine);
  }

  /** The number of tensors, or pairs of scale and shift, that are projected. */
  public int size() {
    return groups.size();
  }

  /** Projects in place. The tensor is flat: the trainable prefix of the initial weights' layout. */
  public void project(Tensor weights) {
    if (weights != viewed) {
      views.clear();
      groups.forEach(g -> views.add(live(g, weights)));
      viewed = weights;
    }
    Kernels kernels = Engine.kernelsFor(weights);
    for (int i = 0; i < views.size(); i++) {
      Live live = views.get(i);
      double norm = kernels.norm(live.counted());
      if (norm > 0) {
        kernels.scale(live.target() / norm, live.scaled());
      }
    }
  }

  /** The projection of a vector of the initial weights' layout. */
  public ParameterVector project(ParameterVector weights) {
    weights.require(layout);
    float[] values = weights.toArray();
    for (Group group : groups) {
      double norm = norm(values, group.offset(), group.counted());
      if (norm > 0) {
        double factor = group.target() / norm;
        for (int i = group.offset(); i < group.offset() + group.scaled(); i++) {
          values[i] = (float) (factor * values[i]);
        }
      }
    }
    return ParameterVector.of(layout, values);
  }

  private static Live live(Group group, Tensor weights) {
    return new Live(
        weights.view(group.offset(), Shape.of(group.counted())),
        weights.view(group.offset(), Shape.of(group.scaled())),
        group.target());
  }

  private static List<Group> groups(ParameterVector initial, boolean jointAffine) {
    List<ParameterSpec> specs =
        initial.layout().specs().stream().filter(s -> s.role().trainable()).toList();
    int output = -1;
    for (int i = 0; i < specs.size(); i++) {
      output = specs.get(i).role() == Role.WEIGHT ? i : output;
    }
    float[] values = initial.toArray();
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      ParameterSpec spec = specs.get(i);
      int counted = 0;
      int scaled = 0;
      if (spec.role() == Role.WEIGHT && i != output) {
        counted = spec.size();
        scaled = counted + (standardized(specs, i) ? 0 : sizeOf(specs, i + 1, Role.BIAS));
      } else if (spec.role() == Role.NORM_SCALE && jointAffine) {
        counted = spec.size() + sizeOf(specs, i + 1, Role.NORM_SHIFT);
        scaled = counted;
      }
      double target = norm(values, spec.offset(), counted);
      if (target > 0) {
        groups.add(new Group(spec.offset(), counted, scaled, target));
      }
    }
    return List.copyOf(groups);
  }

  /** Whether the weight at {@code i} has a bias and a gain per row: a standardised convolution. */
  private static boolean standardized(List<ParameterSpec> specs, int i) {
    return sizeOf(specs, i + 2, Role.GAIN) == specs.get(i).shape().axis(0);
  }

  /** The size of the tensor at {@code i} if it has this role, else 0. */
  private static int sizeOf(List<ParameterSpec> specs, int i, Role role) {
    return i < specs.size() && specs.get(i).role() == role ? specs.get(i).size() : 0;
  }

  private static double norm(float[] values, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }
}
