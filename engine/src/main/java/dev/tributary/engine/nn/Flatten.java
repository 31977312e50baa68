package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Sees each sample as one row of features; copies nothing.
 *
 * @param name the layer's name
 * @param input the shape of one sample
 */
public record Flatten(String name, Shape input) implements LayerSpec {

  @Override
  public Shape output() {
    return Shape.of(input.size());
  }

  @Override
  public String describe() {
    return "flatten to " + input.size();
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(input, workspace.inputGradient());
  }

  private static final class Live implements Layer {
    private final View forward = new View();
    private final View backward = new View();
    private final Shape features;
    private final Shape image;
    private final boolean needed;

    Live(Shape image, boolean needed) {
      this.image = image;
      this.needed = needed;
      this.features = Shape.of(image.size());
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return forward.of(x, features);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      // Where nobody needs the gradient, what comes from above may have any shape.
      return needed ? backward.of(dy, image) : dy;
    }
  }

  /** The last tensor seen and its view: batches mostly come from the same memory. */
  private static final class View {
    private @Nullable Tensor source;
    private @Nullable Tensor view;

    Tensor of(Tensor tensor, Shape sample) {
      if (view == null || source != tensor) {
        source = tensor;
        view = tensor.reshape(sample.prepend(tensor.shape().axis(0)));
      }
      return view;
    }
  }
}
