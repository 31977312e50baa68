package dev.tributary.engine.diagnostics;

import dev.tributary.engine.nn.Layer;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.nn.Workspace;
import dev.tributary.engine.nn.WrappedLayer;
import dev.tributary.engine.tensor.Tensor;

/** A layer that shows what goes through it; else as the layer it is around. */
record Watched(LayerSpec source, Watcher watcher) implements WrappedLayer {

  /** Who is shown what goes in and what comes out, [n, ...] each; both belong to the layers. */
  interface Watcher {
    void saw(Tensor input, Tensor output);
  }

  @Override
  public Layer build(Workspace workspace) {
    Layer layer = source.build(workspace);
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
