package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Streams whose tasks are groups of classes: class- and task-incremental, blurry and recurring.
 *
 * <p>Split CIFAR-10 (five tasks of two classes) and its like, as in Lopez-Paz and Ranzato
 * ("Gradient Episodic Memory for Continual Learning", NeurIPS 2017). The groups are the same for
 * all learners of a federation, the order of tasks may be each one's own.
 */
final class ClassTasks {
  private final StreamOptions options;
  private final Examples train;
  private final ClassIndex trainIndex;
  private final Examples test;
  private final ClassIndex testIndex;
  private final Seeds own;
  private final List<int[]> groups;

  ClassTasks(StreamOptions options, StreamSource source, Seeds shared, Seeds own) {
    this.options = options;
    this.train = source.train();
    this.trainIndex = new ClassIndex(train);
    this.test = source.test();
    this.testIndex = new ClassIndex(test);
    this.own = own;
    List<int[]> made = ClassGroups.of(options, train.classes(), shared);
    this.groups = Arrays.stream(options.taskOrder(made.size(), own)).mapToObj(made::get).toList();
  }

  /** Each class's examples in the one task that has the class, in random order. */
  List<StreamTask> incremental() {
    List<StreamTask> tasks = new ArrayList<>();
    for (int[] group : groups) {
      int t = tasks.size();
      tasks.add(task(t, group, "", trainIndex.shuffled(group, own.child("shuffle", t)), true));
    }
    return tasks;
  }

  /**
   * Tasks whose boundaries are blurred, after Bang, Kim, Yoo, Ha and Choi ("Rainbow Memory:
   * Continual Learning with a Memory of Diverse Samples", CVPR 2021): a task's examples are mostly
   * of its own (major) classes, and a share M of them of the other tasks' (minor) classes.
   *
   * <p>Here, of the n_t examples of the classes of task t, round(M n_t) random ones leave. The i-th
   * of them goes to task t + 1 + (i mod (T - 1)) modulo T, so they are spread evenly over the other
   * tasks, every example stays in the stream exactly once, and where all n_t are equal each task
   * gets as many as it gave and the share is M exactly (rounded to whole examples). A task is
   * tested on its major classes only.
   */
  List<StreamTask> blurry() {
    int count = groups.size();
    List<List<Integer>> members = new ArrayList<>();
    groups.forEach(group -> members.add(new ArrayList<>()));
    for (int t = 0; t < count; t++) {
      int[] mine = trainIndex.shuffled(groups.get(t), own.child("blur", t));
      int leaving = count == 1 ? 0 : (int) Math.round(options.blur() * mine.length);
      for (int i = 0; i < mine.length; i++) {
        int to = i < leaving ? (t + 1 + i % (count - 1)) % count : t;
        members.get(to).add(mine[i]);
      }
    }
    List<StreamTask> tasks = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      int[] order = members.get(t).stream().mapToInt(Integer::intValue).toArray();
      own.child("shuffle", t).stream().shuffle(order);
      tasks.add(task(t, groups.get(t), "", order, false));
    }
    return tasks;
  }

  /**
   * The incremental tasks in the same order {@code repeat} times. With disjoint examples each visit
   * has its even share of every class; else each visit has all, in another order. Tests are the
   * same at each visit.
   */
  List<StreamTask> recurring() {
    int repeat = options.repeat();
    List<List<int[]>> visits = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      Seeds deal = own.child("visits", g);
      visits.add(
          options.examples() == ExampleUse.DISJOINT
              ? trainIndex.deal(groups.get(g), repeat, deal)
              : again(groups.get(g), repeat, deal));
    }
    List<StreamTask> tasks = new ArrayList<>();
    for (int visit = 0; visit < repeat; visit++) {
      for (int g = 0; g < groups.size(); g++) {
        String suffix = ", visit " + (visit + 1);
        tasks.add(task(tasks.size(), groups.get(g), suffix, visits.get(g).get(visit), true));
      }
    }
    return tasks;
  }

  private List<int[]> again(int[] group, int repeat, Seeds seeds) {
    List<int[]> orders = new ArrayList<>();
    for (int visit = 0; visit < repeat; visit++) {
      orders.add(trainIndex.shuffled(group, seeds.child("visit", visit)));
    }
    return orders;
  }

  private StreamTask task(int t, int[] group, String suffix, int[] order, boolean boundaryKnown) {
    return new StreamTask(
        t,
        ClassGroups.name(group) + suffix,
        train.subset(order),
        test.subset(testIndex.of(group)),
        group,
        boundaryKnown);
  }
}
