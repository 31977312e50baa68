package dev.tributary.engine.optim;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** An optimiser and the memory of its state; {@link #reset} makes it as good as new. */
public final class Optimizer implements AutoCloseable {
  private final OptimizerOptions options;
  private final Engine engine;
  private final List<Tensor> state = new ArrayList<>();
  private int step;
  private int total;

  /** An optimiser of {@code size} weights. */
  public Optimizer(OptimizerOptions options, Engine engine, int size) {
    this.options = options;
    this.engine = engine;
    int tensors =
        switch (options.kind()) {
          case SGD -> options.momentum() > 0 ? 1 : 0;
          case ADAM, ADAMW -> 2;
        };
    for (int i = 0; i < tensors; i++) {
      state.add(Tensor.zeros(Shape.of(Math.max(1, size)), engine.type()));
    }
  }

  /** Forgets everything: the next step is the first of {@code totalSteps}. */
  public void reset(int totalSteps) {
    state.forEach(Tensor::clear);
    step = 0;
    total = totalSteps;
  }

  /** Begins the next step and returns its learning rate. */
  public double next() {
    double lr = options.lr() * options.schedule().factor(step, total);
    step++;
    return lr;
  }

  /** Moves the weights in place by one whole step along the gradient. */
  public void update(Tensor weights, Tensor gradient) {
    update(weights, gradient, next());
  }

  /** Moves the weights in place along the gradient, in the step begun by {@link #next}. */
  public void update(Tensor weights, Tensor gradient, double lr) {
    switch (options.kind()) {
      case SGD ->
          engine
              .kernels()
              .sgd(
                  weights,
                  gradient,
                  state.isEmpty() ? null : state.getFirst(),
                  lr,
                  options.momentum(),
                  options.nesterov(),
                  options.weightDecay());
      case ADAM, ADAMW ->
          engine
              .kernels()
              .adam(weights, gradient, state.get(0), state.get(1), options.adamRule(), lr, step);
    }
  }

  @Override
  public void close() {
    state.forEach(Tensor::close);
  }
}
