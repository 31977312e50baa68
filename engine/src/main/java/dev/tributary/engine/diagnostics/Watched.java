package dev.tributary.engine.diagnostics;

import dev.tributary.engine.nn.Initialization;
import dev.tributary.engine.nn.Layer;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.nn.Workspace;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;

/** A layer that shows what goes through it; else as the layer it is around. */
record Watched(LayerSpec inner, Watcher watcher) implements LayerSpec {

  /** Who is shown what goes in and what comes out, [n, ...] each; both belong to the layers. */
  interface Watcher {
    void saw(Tensor input, Tensor output);
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Shape input() {
    return inner.input();
  }

  @Override
  public Shape output() {
    return inner.output();
  }

  @Override
  public String describe() {
    return inner.describe();
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    inner.declare(layout);
  }

  @Override
  public void initialize(Initialization values) {
    inner.initialize(values);
  }

  @Override
  public Layer build(Workspace workspace) {
    Layer layer = inner.build(workspace);
    return new Layer() {
      @Override
      public Tensor forward(Tensor x, Pass pass) {
        Tensor y = layer.forward(x, pass);
        watcher.saw(x, y);
        return y;
      }

      @Override
      public Tensor backward(Tensor dy, Pass pass) {
        return layer.backward(dy, pass);
      }
    };
  }
}
