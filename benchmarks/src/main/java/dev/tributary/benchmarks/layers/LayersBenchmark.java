package dev.tributary.benchmarks.layers;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.benchmarks.harness.Samples;
import dev.tributary.engine.nn.LayerSpec;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code layers}: each layer of digit-cnn and lite-cnn, forward and backward, on one thread, with
 * the rate at which it computes or moves bytes. JMH measures in this process.
 */
public final class LayersBenchmark implements Benchmark {
  @Override
  public String name() {
    return "layers";
  }

  @Override
  public String summary() {
    return "single layers, forward and backward, with GFLOP/s or GB/s; no opponent";
  }

  @Override
  public void run(Bench bench) {
    Map<String, LayerSpec> subjects = Subjects.all();
    for (Map.Entry<String, LayerSpec> subject : subjects.entrySet()) {
      for (String direction : new String[] {"forward", "backward"}) {
        String name = subject.getKey() + " " + direction;
        if (bench.wants(name)) {
          Effort effort =
              Effort.of(subject.getValue(), LayerPass.BATCH, direction.equals("backward"));
          bench.row(row(name, measure(bench, subject.getKey(), direction), effort, subject));
        }
      }
    }
  }

  private static Row row(
      String name, double[] micros, Effort effort, Map.Entry<String, LayerSpec> subject) {
    double rate = effort.amount() / (1000 * Samples.of(micros).median());
    return Row.alone(
        name,
        1,
        "us",
        Better.LOWER,
        micros,
        String.format(
            Locale.ROOT,
            "%s %s, %s %s",
            Samples.number(rate),
            effort.unit(),
            subject.getValue().describe(),
            subject.getValue().input()));
  }

  private static double[] measure(Bench bench, String subject, String direction) {
    boolean quick = bench.options().quick();
    TimeValue time = TimeValue.milliseconds(quick ? 250 : 500);
    OptionsBuilder options = new OptionsBuilder();
    options
        .include("^" + LayerPass.class.getName().replace(".", "\\.") + "\\." + direction + "$")
        .param("subject", subject)
        .forks(0)
        .warmupIterations(4)
        .warmupTime(time)
        .measurementIterations(bench.pairs())
        .measurementTime(time)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
    try {
      RunResult result = new Runner(options.build()).runSingle();
      return result.getBenchmarkResults().stream()
          .flatMap(r -> r.getIterationResults().stream())
          .map(IterationResult::getPrimaryResult)
          .mapToDouble(r -> r.getScore())
          .toArray();
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH could not measure " + subject + " " + direction, e);
    }
  }
}
