package dev.tributary.benchmarks.jobs;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.PythonPeer;
import dev.tributary.scenarios.output.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Their side: the loop of benchmarks/peers/jobs.py in a process of its own. */
final class TheirJob {
  private static final String SCRIPT = "jobs.py";

  private TheirJob() {}

  /**
   * Runs the loop.
   *
   * @param layout how its images lie in memory, as {@link #layout} has it
   * @throws OpponentException if there is no PyTorch, or the loop failed
   */
  static JobTime time(Bench bench, Path folder, Job job, int rounds, int threads, String layout)
      throws InterruptedException, OpponentException {
    Map<String, Object> fields = job.fields(rounds, threads);
    fields.put("layout", layout);
    WatchedProcess run = watch(bench, folder, Json.line(fields));
    List<Double> seconds = numbers(answer(bench, run), "seconds", rounds);
    if (seconds.stream().anyMatch(s -> s.isNaN())) {
      throw new OpponentException(SCRIPT + " has a round without seconds: " + seconds, null);
    }
    return JobTime.of(seconds, job.cohort(), run.peakBytes());
  }

  /**
   * The memory layout in which it trains a client faster on so many threads: {@code plain} or
   * {@code channels-last}. Tried in a process of its own, so that what is timed later starts cold.
   */
  static String layout(Bench bench, Path folder, Job job, int threads)
      throws InterruptedException, OpponentException {
    Map<String, Object> fields = job.fields(1, threads);
    fields.put("trial", true);
    Map<?, ?> answer = answer(bench, watch(bench, folder, Json.line(fields)));
    if (answer.get("layout") instanceof String layout) {
      return layout;
    }
    throw new OpponentException(SCRIPT + " answered without a layout: " + answer, null);
  }

  /**
   * The mean training loss of each round; NaN where training had diverged.
   *
   * @param job as the loop reads it
   */
  static List<Double> losses(Bench bench, Path folder, String job, int rounds)
      throws InterruptedException, OpponentException {
    return numbers(answer(bench, watch(bench, folder, job)), "losses", rounds);
  }

  private static WatchedProcess watch(Bench bench, Path folder, String job)
      throws InterruptedException, OpponentException {
    List<String> command = PythonPeer.command(bench, SCRIPT, List.of(job));
    try {
      return WatchedProcess.run(folder, command, PythonPeer.ENVIRONMENT);
    } catch (IOException e) {
      throw PythonPeer.notStarted(command.getFirst(), e);
    }
  }

  private static Map<?, ?> answer(Bench bench, WatchedProcess run) throws OpponentException {
    String last = run.output().strip().lines().reduce((_, line) -> line).orElse("");
    if (run.exit() != 0 || last.isEmpty()) {
      String end = run.exit() != 0 ? " ended with " : " ended without an answer, ";
      throw new OpponentException(SCRIPT + end + run.complaint(), null);
    }
    Map<?, ?> answer = PythonPeer.answer(SCRIPT, last);
    PythonPeer.welcome(bench, answer);
    return answer;
  }

  /** One number for each round; null, which is what a number that is not finite became, as NaN. */
  private static List<Double> numbers(Map<?, ?> answer, String key, int rounds)
      throws OpponentException {
    List<Double> numbers = new ArrayList<>();
    if (answer.get(key) instanceof List<?> list) {
      for (Object element : list) {
        numbers.add(element instanceof Number number ? number.doubleValue() : Double.NaN);
      }
    }
    if (numbers.size() != rounds) {
      throw new OpponentException(
          "%s answered with %d %s for %d rounds: %s"
              .formatted(SCRIPT, numbers.size(), key, rounds, answer),
          null);
    }
    return numbers;
  }
}
