package dev.tributary.client;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.data.JoinedExamples;
import java.util.Arrays;
import java.util.List;

/**
 * A client's training data over time: its tasks in order, and which of them is on in each round.
 */
public final class ClientStream {

  /** One task: its training examples in the stream's order, and the labels it is about. */
  public static final class Task {
    private final Examples train;
    private final int[] classes;

    /**
     * @param train in the stream's order
     * @param classes the labels that the task is about, ascending
     */
    public Task(Examples train, int[] classes) {
      this.train = train;
      this.classes = classes.clone();
    }

    /** Its training examples, in the stream's order. */
    public Examples train() {
      return train;
    }
  }

  private final List<Task> tasks;
  private final int[] taskOfRound;

  /**
   * @param tasks in the client's order, at least one
   * @param taskOfRound by round, the first at 0: which task is on; never falls
   */
  public ClientStream(List<Task> tasks, int[] taskOfRound) {
    this.tasks = List.copyOf(tasks);
    this.taskOfRound = taskOfRound.clone();
    for (int i = 0; i < taskOfRound.length; i++) {
      int before = i == 0 ? 0 : taskOfRound[i - 1];
      if (taskOfRound[i] < before || taskOfRound[i] >= tasks.size()) {
        throw new IllegalArgumentException(
            "the task of round %d must be in [%d, %d), got %d"
                .formatted(i + 1, before, tasks.size(), taskOfRound[i]));
      }
    }
  }

  /** The number of tasks. */
  public int tasks() {
    return tasks.size();
  }

  /** The task of a round, from 0; {@code round} from 1. */
  public int task(int round) {
    return taskOfRound[round - 1];
  }

  /** Which of its task's rounds this is, from 0. */
  public int part(int round) {
    int first = round;
    while (first > 1 && task(first - 1) == task(round)) {
      first--;
    }
    return round - first;
  }

  /** How many rounds the task of this round has. */
  public int parts(int round) {
    return (int) Arrays.stream(taskOfRound).filter(t -> t == task(round)).count();
  }

  /** The training examples of this round's task. */
  public Examples current(int round) {
    return tasks.get(task(round)).train();
  }

  /** The training examples of the tasks up to this round's, one part a task. */
  public JoinedExamples seen(int round) {
    return new JoinedExamples(tasks.subList(0, task(round) + 1).stream().map(Task::train).toList());
  }

  /** A copy of the labels that a task is about, ascending. */
  public int[] classes(int task) {
    return tasks.get(task).classes.clone();
  }
}
