package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import java.util.ArrayList;
import java.util.List;

/**
 * The same images under labels that mean nothing: each is drawn uniformly, independently of all
 * else. A sequence of such tasks, each with seeds of its own, asks for nothing but the ability to
 * fit anew; a learner that fits later ones worse has lost it (Lyle et al., ICML 2023).
 */
public final class RandomLabels {
  private RandomLabels() {}

  /**
   * The examples of {@code base} with labels drawn anew.
   *
   * @param classes how many there are to draw from, &ge; 2; those of {@code base} do not count
   * @param seeds of the task: {@code seeds.child("task", t)}
   */
  public static Examples of(Examples base, int classes, Seeds seeds) {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "random labels must be of at least 2 classes, got " + classes);
    }
    RandomStream stream = seeds.child("labels").stream();
    int[] labels = new int[base.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = stream.nextInt(classes);
    }
    return new Relabelled(base, classes, labels);
  }

  /**
   * A learner's tasks: its training examples each time, as often as {@code stream.tasks} says. What
   * a task asks for is to fit them, so they are its test examples too.
   */
  static List<StreamTask> divide(StreamOptions options, StreamSource source, Seeds own) {
    Examples train = source.train();
    if (train.classes() < 2) {
      throw new SettingException("stream.kind = random-labels needs at least 2 classes, got 1");
    }
    int[] order = options.taskOrder(options.tasks(), own);
    int[] classes = WholeTasks.classes(train);
    List<StreamTask> tasks = new ArrayList<>();
    for (int t = 0; t < order.length; t++) {
      Examples drawn = of(train, train.classes(), own.child("task", order[t]));
      int[] shuffled = new ClassIndex(drawn).shuffled(classes, own.child("shuffle", t));
      tasks.add(
          new StreamTask(
              t, "random labels " + order[t], drawn.subset(shuffled), drawn, classes, true));
    }
    return tasks;
  }
}
