package dev.tributary.benchmarks;

import dev.tributary.benchmarks.gemm.GemmBenchmark;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.jobs.JobsBenchmark;
import dev.tributary.benchmarks.layers.LayersBenchmark;
import dev.tributary.benchmarks.norm.L1NormBenchmark;
import dev.tributary.benchmarks.server.ActorsBenchmark;
import dev.tributary.benchmarks.server.AggregateBenchmark;
import dev.tributary.benchmarks.step.ShiftQuantStepBenchmark;
import dev.tributary.benchmarks.step.StepBenchmark;
import java.util.List;

/** All benchmarks; a new one is a line here. */
final class BenchmarkCatalog {
  private static final List<Benchmark> ALL =
      List.of(
          new StepBenchmark(),
          new ShiftQuantStepBenchmark(),
          new LayersBenchmark(),
          new JobsBenchmark(),
          new GemmBenchmark(),
          new L1NormBenchmark(),
          new AggregateBenchmark(),
          new ActorsBenchmark());

  private BenchmarkCatalog() {}

  /** In the order of the list that users see. */
  static List<Benchmark> all() {
    return ALL;
  }
}
