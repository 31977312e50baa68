package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One stretch of a stream, for whoever runs it; immutable. A strategy never sees this type: it is
 * shown batches, and what a batch does not have cannot leak.
 */
public final class StreamTask {
  private final int index;
  private final String name;
  private final Examples train;
  private final Examples test;
  private final int[] classes;
  private final boolean boundaryKnown;

  /**
   * A task.
   *
   * @param index its place in the stream, from 0
   * @param name what it is about; tasks of different learners with one name are about the same
   * @param train in the order in which the stream gives them; may be empty for a client that has
   *     none
   * @param test none but of {@code classes}; may be empty too
   * @param classes the labels that the task is about, ascending; training examples have no others,
   *     unless the boundary is not known
   * @param boundaryKnown whether the learner may be told that the task begins
   * @throws IllegalArgumentException when shapes or numbers of classes disagree, or a test label is
   *     not one of the classes
   */
  public StreamTask(
      int index, String name, Examples train, Examples test, int[] classes, boolean boundaryKnown) {
    if (!train.shape().equals(test.shape()) || train.classes() != test.classes()) {
      throw new IllegalArgumentException(
          "task %s: training and test examples must have one shape and one number of classes, got"
                  .formatted(name)
              + " %s %d and %s %d"
                  .formatted(train.shape(), train.classes(), test.shape(), test.classes()));
    }
    this.index = index;
    this.name = name;
    this.train = train;
    this.test = test;
    this.classes = IntStream.of(classes).sorted().toArray();
    this.boundaryKnown = boundaryKnown;
    for (int i = 0; i < test.size(); i++) {
      if (Arrays.binarySearch(this.classes, test.label(i)) < 0) {
        throw new IllegalArgumentException(
            "task %s: test labels must be of %s, got %d"
                .formatted(name, Arrays.toString(this.classes), test.label(i)));
      }
    }
  }

  /** Its place in the stream, from 0. */
  public int index() {
    return index;
  }

  /** What it is about; where clients have orders of their own, the same name is the same task. */
  public String name() {
    return name;
  }

  /** The training examples, in the order in which the stream gives them. */
  public Examples train() {
    return train;
  }

  /** The test examples; their labels are all of {@link #classes}. */
  public Examples test() {
    return test;
  }

  /**
   * A copy of the labels that the task is about, ascending. Training examples have no others,
   * unless the boundary is not known: then neighbouring tasks reach into this one.
   */
  public int[] classes() {
    return classes.clone();
  }

  /** Whether the learner may be told that the task begins; not where tasks run into each other. */
  public boolean boundaryKnown() {
    return boundaryKnown;
  }

  /** For example {@code task 2 (classes 4 5): 2000 + 800 examples}. */
  @Override
  public String toString() {
    return "task %d (%s): %d + %d examples".formatted(index, name, train.size(), test.size());
  }
}
