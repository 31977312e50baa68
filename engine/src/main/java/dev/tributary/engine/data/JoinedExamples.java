package dev.tributary.engine.data;

import dev.tributary.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Several sets of examples seen as one, in their order, without copying. Example i of part p has
 * the index {@code start(p) + i}, so an index also names its part.
 */
public final class JoinedExamples implements Examples {
  private final List<Examples> parts;
  private final int[] starts;

  /**
   * @param parts at least one, all of one shape and number of classes
   */
  public JoinedExamples(List<? extends Examples> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("to join examples at least one part is needed, got none");
    }
    this.parts = List.copyOf(parts);
    this.starts = new int[parts.size() + 1];
    for (int p = 0; p < parts.size(); p++) {
      Examples part = parts.get(p);
      if (!part.shape().equals(shape()) || part.classes() != classes()) {
        throw new IllegalArgumentException(
            "examples of %s with %d classes cannot be joined to some of %s with %d"
                .formatted(part.shape(), part.classes(), shape(), classes()));
      }
      starts[p + 1] = Math.addExact(starts[p], part.size());
    }
  }

  /** The index of the first example of part {@code p}; of the end for the number of parts. */
  public int start(int p) {
    return starts[p];
  }

  /** The part that holds example {@code index}. */
  public int part(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(
          "an example's index must be in [0, " + size() + "), got " + index);
    }
    int found = Arrays.binarySearch(starts, index);
    int p = found >= 0 ? found : -found - 2;
    // Of several starts at one place, all but the last are of empty parts.
    while (starts[p + 1] == starts[p] || starts[p + 1] <= index) {
      p++;
    }
    return p;
  }

  @Override
  public int size() {
    return starts[starts.length - 1];
  }

  @Override
  public Shape shape() {
    return parts.getFirst().shape();
  }

  @Override
  public int classes() {
    return parts.getFirst().classes();
  }

  @Override
  public int label(int index) {
    int p = part(index);
    return parts.get(p).label(index - starts[p]);
  }

  @Override
  public void read(int index, float[] target, int offset) {
    int p = part(index);
    parts.get(p).read(index - starts[p], target, offset);
  }
}
