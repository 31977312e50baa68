package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.tensor.Shape;
import java.util.Set;

/** Examples that note whose features were read, as numbers from {@code first} on. */
record ReadsSpy(Examples examples, int first, Set<Integer> reads) implements Examples {
  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public Shape shape() {
    return examples.shape();
  }

  @Override
  public int classes() {
    return examples.classes();
  }

  @Override
  public int label(int index) {
    return examples.label(index);
  }

  @Override
  public void read(int index, float[] target, int offset) {
    reads.add(first + index);
    examples.read(index, target, offset);
  }
}
