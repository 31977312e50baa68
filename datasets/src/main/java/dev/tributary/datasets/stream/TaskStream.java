package dev.tributary.datasets.stream;

import dev.tributary.datasets.partition.PartitionTable;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The tasks that one learner meets, in order; immutable. */
public final class TaskStream {
  private final List<StreamTask> tasks;
  private final boolean classIncremental;

  /**
   * A stream of at least one task.
   *
   * @param tasks in order, each at its own index
   * @param classIncremental whether tasks bring classes of their own and nobody says at test time
   *     which task it is
   * @throws IllegalArgumentException when there is no task, one is out of place, or shapes or
   *     numbers of classes differ
   */
  public TaskStream(List<StreamTask> tasks, boolean classIncremental) {
    this.tasks = List.copyOf(tasks);
    this.classIncremental = classIncremental;
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("a stream must have at least one task, got none");
    }
    for (int t = 0; t < tasks.size(); t++) {
      StreamTask task = tasks.get(t);
      if (task.index() != t) {
        throw new IllegalArgumentException("task number " + t + " must say so, got " + task);
      }
      if (!task.train().shape().equals(shape()) || task.train().classes() != classes()) {
        throw new IllegalArgumentException(
            "all tasks must have the first one's shape %s and %d classes, got %s and %d in %s"
                .formatted(shape(), classes(), task.train().shape(), task.train().classes(), task));
      }
    }
  }

  /** The number of tasks, &ge; 1. */
  public int tasks() {
    return tasks.size();
  }

  /**
   * One task.
   *
   * @param t in [0, tasks)
   */
  public StreamTask task(int t) {
    return tasks.get(t);
  }

  /** All tasks, in order. */
  public List<StreamTask> all() {
    return tasks;
  }

  /** The number of classes over all tasks; labels are 0 to classes-1 in each. */
  public int classes() {
    return tasks.getFirst().train().classes();
  }

  /** The shape of one example, the same in all tasks. */
  public Shape shape() {
    return tasks.getFirst().train().shape();
  }

  /**
   * Whether tasks bring classes of their own and nobody says at test time which task it is, so that
   * predictions are over all classes. False where the task is told (task-incremental), and where
   * every task has all classes.
   */
  public boolean classIncremental() {
    return classIncremental;
  }

  /**
   * The training examples by task and class, a row a task: its index and name. Labels are those
   * that the stream gives.
   */
  public PartitionTable table() {
    List<String> names = tasks.stream().map(task -> task.index() + " " + task.name()).toList();
    List<String> labels = IntStream.range(0, classes()).mapToObj(Integer::toString).toList();
    List<List<Integer>> counts = new ArrayList<>();
    for (StreamTask task : tasks) {
      int[] row = new int[classes()];
      for (int i = 0; i < task.train().size(); i++) {
        row[task.train().label(i)]++;
      }
      counts.add(IntStream.of(row).boxed().toList());
    }
    return new PartitionTable(names, labels, counts);
  }
}
