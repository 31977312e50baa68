package dev.tributary.benchmarks.step;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.engine.tensor.Shape;
import java.util.List;

/**
 * {@code step}: one step of SGD, from reading the batch to the updated weights, against eager
 * PyTorch in its usual memory layout and with channels last; the better of the two counts.
 */
public final class StepBenchmark implements Benchmark {
  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("digit-cnn", Shape.of(3, 28, 28), "batch"),
          new Subject("lite-cnn", Shape.of(3, 28, 28), "batch"),
          new Subject("lenet", Shape.of(3, 32, 32), "none"),
          new Subject("resnet-20", Shape.of(3, 32, 32), "batch"));

  @Override
  public String name() {
    return "step";
  }

  @Override
  public String summary() {
    return "a training step of several models, against eager PyTorch";
  }

  @Override
  public void run(Bench bench) {
    StepCells.run(
        bench,
        SUBJECTS,
        List.of(""),
        (cells, subject, batch, threads) -> bench.row(one(cells, subject, batch, threads)));
  }

  private static Row one(StepCells cells, Subject subject, int batch, int threads) {
    Bench bench = cells.bench();
    double seconds = bench.options().quick() ? 1 : 2;
    double[] ours = new double[bench.pairs()];
    TheirSteps theirs = new TheirSteps(cells, subject, batch, threads, seconds);
    try (OurSteps steps = new OurSteps(subject.model(), batch, threads, subject.examples())) {
      // Until the compiler is done with the loops and both have touched their memory.
      steps.milliseconds(2 * seconds);
      for (int i = -1; i < ours.length; i++) {
        // The opponent's first turn only warms it up.
        int pair = Math.max(i, 0);
        ours[pair] = i < 0 ? 0 : steps.milliseconds(seconds);
        theirs.turn(pair);
      }
    }
    return theirs.row(StepCells.what(subject, batch), ours);
  }
}
