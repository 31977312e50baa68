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
      throws IOException, InterruptedException, OpponentException {
    List<String> command = PythonPeer.command(bench, "jobs.py", List.of(job.loop(rounds, threads)));
    WatchedProcess run;
    try {
      run = WatchedProcess.run(folder, command, PythonPeer.ENVIRONMENT);
    } catch (IOException e) {
      throw PythonPeer.notStarted(command.getFirst(), e);
    }
    Map<?, ?> answer = answer(run);
    PythonPeer.welcome(bench, answer);
    return JobTime.of(numbers(answer, "seconds"), job.cohort(), run.peakBytes());
  }

  private static Map<?, ?> answer(WatchedProcess run) throws OpponentException {
    String last = run.output().strip().lines().reduce((_, line) -> line).orElse("");
    if (last.isEmpty()) {
      throw new OpponentException("jobs.py says: " + run.complaint(), null);
    }
    return PythonPeer.checked("jobs.py", Json.object(last));
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
