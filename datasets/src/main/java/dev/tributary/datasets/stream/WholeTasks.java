package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What tasks that each have all classes start from: every task's training examples in order. */
final class WholeTasks {
  private WholeTasks() {}

  /** All classes of a set, whether they have examples or not. */
  static int[] classes(Examples examples) {
    return IntStream.range(0, examples.classes()).toArray();
  }

  /**
   * The training examples of each task, in random order: all of them each time, or an even share.
   *
   * @return [tasks]
   */
  static List<Examples> train(StreamOptions options, Examples train, Seeds own) {
    ClassIndex index = new ClassIndex(train);
    int[] classes = classes(train);
    if (options.examples() == ExampleUse.DISJOINT) {
      return index.deal(classes, options.tasks(), own.child("shares")).stream()
          .map(train::subset)
          .toList();
    }
    List<Examples> all = new ArrayList<>();
    for (int t = 0; t < options.tasks(); t++) {
      all.add(train.subset(index.shuffled(classes, own.child("shuffle", t))));
    }
    return all;
  }
}
