package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.tensor.Shape;

/** Examples that are others' but for what a view says otherwise. */
interface ExamplesView extends Examples {

  /** The examples that it is a view of. */
  Examples base();

  @Override
  default int size() {
    return base().size();
  }

  @Override
  default Shape shape() {
    return base().shape();
  }

  @Override
  default int classes() {
    return base().classes();
  }

  @Override
  default int label(int index) {
    return base().label(index);
  }

  @Override
  default void read(int index, float[] target, int offset) {
    base().read(index, target, offset);
  }
}
