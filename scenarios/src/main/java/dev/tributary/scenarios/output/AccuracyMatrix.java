package dev.tributary.scenarios.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What a learner knew when: entry (i, j) is its accuracy on task j's test examples after it has
 * trained on task i (Lopez-Paz and Ranzato, NeurIPS 2017). The single source of all figures of
 * continual learning. An entry that was not measured is NaN, and so is every figure that needs it.
 *
 * <p>A row is taken from the last evaluation while the task was on. Of several clients, entry (i,
 * j) counts all of their examples: each client's own task i and j. It was not measured unless each
 * client was evaluated while its task i was on.
 */
public final class AccuracyMatrix {
  private final double[][] rows;
  private final double chance;

  private AccuracyMatrix(double[][] rows, double chance) {
    this.rows = rows;
    this.chance = chance;
  }

  /**
   * A matrix of given entries.
   *
   * @param rows square; shares in [0, 1] or NaN
   * @param chance the accuracy of guessing, for {@link #forwardTransfer}
   */
  public static AccuracyMatrix of(double[][] rows, double chance) {
    return new AccuracyMatrix(
        Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new), chance);
  }

  /** Predictions among all classes: class-incremental. */
  public static AccuracyMatrix overAllClasses(
      List<RoundRecord> rounds, String client, int classes) {
    return of(rounds, client, TaskMetrics::correct, 1.0 / classes);
  }

  /** Predictions among the classes of the task that an example is of: task-incremental. */
  public static AccuracyMatrix withinTasks(List<RoundRecord> rounds, String client, double chance) {
    return of(rounds, client, TaskMetrics::correctWithin, chance);
  }

  /** The ids of the clients that have streams, sorted. */
  public static List<String> clients(List<RoundRecord> rounds) {
    return rounds.stream().flatMap(r -> r.streams().keySet().stream()).distinct().sorted().toList();
  }

  private static AccuracyMatrix of(
      List<RoundRecord> rounds, String client, ToLongFunction<TaskMetrics> correct, double chance) {
    List<String> counted = client.isEmpty() ? clients(rounds) : List.of(client);
    int tasks =
        rounds.stream()
            .flatMap(r -> counted.stream().flatMap(one -> Stream.ofNullable(r.streams().get(one))))
            .mapToInt(stream -> stream.tasks().size())
            .max()
            .orElse(0);
    long[][] right = new long[tasks][tasks];
    long[][] all = new long[tasks][tasks];
    int[] clientsInRow = new int[tasks];
    for (String one : counted) {
      Map<Integer, List<TaskMetrics>> last = new LinkedHashMap<>();
      for (RoundRecord round : rounds) {
        StreamRecord stream = round.streams().get(one);
        if (stream != null && !stream.tasks().isEmpty()) {
          last.put(stream.task(), stream.tasks());
        }
      }
      for (Map.Entry<Integer, List<TaskMetrics>> row : last.entrySet()) {
        clientsInRow[row.getKey()]++;
        for (TaskMetrics metrics : row.getValue()) {
          right[row.getKey()][metrics.task()] += correct.applyAsLong(metrics);
          all[row.getKey()][metrics.task()] += metrics.examples();
        }
      }
    }
    double[][] rows = new double[tasks][tasks];
    for (int i = 0; i < tasks; i++) {
      for (int j = 0; j < tasks; j++) {
        boolean measured = clientsInRow[i] == counted.size() && all[i][j] > 0;
        rows[i][j] = measured ? (double) right[i][j] / all[i][j] : Double.NaN;
      }
    }
    return new AccuracyMatrix(rows, chance);
  }

  /** The number of tasks; 0 where nothing was evaluated. */
  public int tasks() {
    return rows.length;
  }

  /** The accuracy on task {@code on} after task {@code after}, in [0, 1] or NaN. */
  public double at(int after, int on) {
    return rows[after][on];
  }

  /** The mean over tasks of the last row: what is known in the end. */
  public double finalAccuracy() {
    return mean(tasks(), j -> rows[tasks() - 1][j]);
  }

  /** The mean of the diagonal: how well each task was learned when it was on. */
  public double learningAccuracy() {
    return mean(tasks(), i -> rows[i][i]);
  }

  /**
   * The mean over all tasks but the last of what later tasks have added to a task's accuracy; below
   * 0 where it was forgotten.
   */
  public double backwardTransfer() {
    return mean(tasks() - 1, j -> rows[tasks() - 1][j] - rows[j][j]);
  }

  /**
   * The mean over all tasks but the first of the accuracy just before a task came, above chance.
   * The source takes the accuracy of the untrained model in chance's place; that is chance but for
   * luck.
   */
  public double forwardTransfer() {
    return mean(tasks() - 1, i -> rows[i][i + 1] - chance);
  }

  /**
   * The mean over all tasks but the last of the best accuracy on a task at any earlier time less
   * the one in the end (Chaudhry et al., ECCV 2018).
   */
  public double forgetting() {
    return mean(
        tasks() - 1,
        j -> {
          double best = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < tasks() - 1; i++) {
            best = Math.max(best, rows[i][j]);
          }
          return best - rows[tasks() - 1][j];
        });
  }

  /** All figures by name, in the order of the documentation. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("finalAccuracy", finalAccuracy());
    figures.put("learningAccuracy", learningAccuracy());
    figures.put("backwardTransfer", backwardTransfer());
    figures.put("forwardTransfer", forwardTransfer());
    figures.put("forgetting", forgetting());
    return figures;
  }

  /** The rows as lists. */
  public List<List<Double>> toLists() {
    List<List<Double>> lists = new ArrayList<>();
    for (double[] row : rows) {
      lists.add(Arrays.stream(row).boxed().toList());
    }
    return lists;
  }

  private static double mean(int count, ToDoubleFunction<Integer> value) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += value.applyAsDouble(i);
    }
    return count < 1 ? Double.NaN : sum / count;
  }
}
