package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.optim.Proximal;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.training.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of {@code lambda/2 ||w - w_0||^2} over the trainable tensors of some roles, w_0
 * their initial values, of which it holds a copy until it is closed. A lambda of 0 changes no bit.
 */
final class PullToInitial implements AutoCloseable {
  /** Neighbouring tensors as one piece. */
  private record Span(int from, int end) {}

  /** A piece's live tensors. */
  private record Views(Tensor weights, Tensor initial, Tensor gradient) {}

  private final double lambda;
  private final List<Span> spans = new ArrayList<>();
  private final Tensor initial;
  private final List<Views> views = new ArrayList<>();
  private @Nullable Tensor viewed;

  PullToInitial(double lambda, ParameterVector start, Set<Role> roles) {
    this.lambda = lambda;
    for (ParameterSpec spec : start.layout().specs()) {
      if (spec.role().trainable() && roles.contains(spec.role())) {
        boolean joins = !spans.isEmpty() && spans.getLast().end() == spec.offset();
        int from = joins ? spans.removeLast().from() : spec.offset();
        spans.add(new Span(from, spec.end()));
      }
    }
    int trainable = start.layout().trainableSize();
    this.initial = Tensor.zeros(Shape.of(Math.max(1, trainable)));
    initial.copyIn(start.toArray(), trainable);
  }

  /** Adds to the step's gradient. */
  void addGradient(Step step) {
    if (viewed != step.weights()) {
      views.clear();
      for (Span span : spans) {
        views.add(
            new Views(
                view(step.weights(), span), view(initial, span), view(step.gradient(), span)));
      }
      viewed = step.weights();
    }
    for (int i = 0; i < views.size(); i++) {
      Views v = views.get(i);
      Proximal.addGradient(lambda, v.weights(), v.initial(), v.gradient());
    }
  }

  private static Tensor view(Tensor flat, Span span) {
    return flat.view(span.from(), Shape.of(span.end() - span.from()));
  }

  @Override
  public void close() {
    initial.close();
  }
}
