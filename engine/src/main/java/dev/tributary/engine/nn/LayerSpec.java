package dev.tributary.engine.nn;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;

/** What a layer is: its shapes, its parameters, their initial values. Immutable. */
public interface LayerSpec {

  /** The layer's name in the model, the first part of its parameters' names. */
  String name();

  /** The shape of one sample that goes in. */
  Shape input();

  /** The shape of one sample that comes out. */
  Shape output();

  /** One line for people, for example {@code conv 5x5, 3 -> 16, stride 1, padding 2}. */
  String describe();

  /** Adds the layer's parameters to the model's layout. */
  default void declare(ParameterLayout.Builder layout) {}

  /** Sets the initial values of the layer's parameters. */
  default void initialize(Initialization values) {}

  /** A live layer that reads its parameters from, and takes its memory from, the workspace. */
  Layer build(Workspace workspace);
}
