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
  private TheirJob() {}

  /**
   * Runs the loop.
   *
   * @throws OpponentException if there is no PyTorch, or the loop failed
   */
  static JobTime time(Bench bench, Path folder, Job job, int rounds, int threads)
      throws InterruptedException, OpponentException {
    WatchedProcess run = watch(bench, folder, job.loop(rounds, threads));
    return JobTime.of(numbers(answer(bench, run), "seconds"), job.cohort(), run.peakBytes());
  }

  /**
   * The mean training loss of each round.
   *
   * @param job as the loop reads it
   */
  static List<Double> losses(Bench bench, Path folder, String job)
      throws InterruptedException, OpponentException {
    return numbers(answer(bench, watch(bench, folder, job)), "losses");
  }

  private static WatchedProcess watch(Bench bench, Path folder, String job)
      throws InterruptedException, OpponentException {
    List<String> command = PythonPeer.command(bench, "jobs.py", List.of(job));
    try {
      return WatchedProcess.run(folder, command, PythonPeer.ENVIRONMENT);
    } catch (IOException e) {
      throw PythonPeer.notStarted(command.getFirst(), e);
    }
  }

  private static Map<?, ?> answer(Bench bench, WatchedProcess run) throws OpponentException {
    String last = run.output().strip().lines().reduce((_, line) -> line).orElse("");
    if (last.isEmpty()) {
      throw new OpponentException("jobs.py says: " + run.complaint(), null);
    }
    Map<?, ?> answer = PythonPeer.checked("jobs.py", Json.object(last));
    PythonPeer.welcome(bench, answer);
    return answer;
  }

  private static List<Double> numbers(Map<?, ?> answer, String key) throws OpponentException {
    List<Double> numbers = new ArrayList<>();
    if (answer.get(key) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Number number) {
          numbers.add(number.doubleValue());
        }
      }
    }
    if (numbers.size() < 2) {
      throw new OpponentException("jobs.py answered without two " + key + ": " + answer, null);
    }
    return numbers;
  }
}
