package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code tributary bench}, for the list of verbs alone: the launcher starts the benchmarks, which
 * this class path lacks, where the verb is its first word.
 */
@Command(
    name = "bench",
    sortOptions = false,
    header = "Measure speed side by side with what one would use instead.")
final class BenchCommand implements Callable<Integer> {
  @Unmatched private List<String> rest = new ArrayList<>();

  @Override
  public Integer call() {
    throw new Failure(
        ExitCode.USAGE,
        "bench must be the first word: ./tributary bench "
            + (rest.isEmpty() ? "list" : String.join(" ", rest)));
  }
}
