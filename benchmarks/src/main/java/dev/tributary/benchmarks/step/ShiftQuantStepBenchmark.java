package dev.tributary.benchmarks.step;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.PrecisionOptions;
import dev.tributary.engine.nn.NetworkMemory;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * {@code shiftquant-step}: one step of SGD whose convolutions and dense layers multiply integers,
 * from reading the batch to the updated weights, against our own step in float32; and beside it
 * that one against eager PyTorch's better memory layout, so that neither can be weak.
 */
public final class ShiftQuantStepBenchmark implements Benchmark {
  private static final int[] BITS = {4, 6};
  private static final List<Integer> MEMORY_BITS = List.of(4, 6, 8);
  private static final String FLOATS = "fp32 ";
  private static final int BATCH = 32;

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("digit-cnn", Shape.of(3, 28, 28), "batch"),
          new Subject("lite-cnn", Shape.of(3, 28, 28), "batch"),
          new Subject("resnet-20", Shape.of(3, 32, 32), "batch"));

  /** Public for the catalogue. */
  public ShiftQuantStepBenchmark() {}

  @Override
  public String name() {
    return "shiftquant-step";
  }

  @Override
  public String summary() {
    return "a training step in integers of 4 and 6 bits, against our float32 and eager PyTorch";
  }

  @Override
  public void run(Bench bench) {
    for (Subject subject : SUBJECTS) {
      if (bench.wantsAny(MEMORY_BITS.stream().map(bits -> memory(bits, subject)).toList())) {
        memory(bench, subject);
      }
    }
    List<String> kinds = List.of(integers(BITS[0]), integers(BITS[1]), FLOATS);
    StepCells.run(bench, SUBJECTS, kinds, ShiftQuantStepBenchmark::one);
  }

  private static String memory(int bits, Subject subject) {
    return "memory " + integers(bits) + StepCells.what(subject, BATCH);
  }

  private static String integers(int bits) {
    return "int" + bits + " ";
  }

  /** What a step holds, which is the same every time. */
  private static void memory(Bench bench, Subject subject) {
    NetworkMemory floats = StepMemory.of(subject.model(), BATCH);
    for (int bits : MEMORY_BITS) {
      NetworkMemory integers = StepMemory.of(quantized(subject.model(), bits), BATCH);
      bench.row(
          Row.compared(
              memory(bits, subject),
              1,
              "MB",
              Better.LOWER,
              new double[] {StepMemory.megabytes(integers.total())},
              new double[] {StepMemory.megabytes(floats.total())},
              StepMemory.parts(integers) + "; theirs is our float32: " + StepMemory.parts(floats)));
    }
  }

  private static void one(StepCells cells, Subject subject, int batch, int threads) {
    Bench bench = cells.bench();
    String what = StepCells.what(subject, batch);
    double seconds = bench.options().quick() ? 0.5 : 1;
    int pairs = bench.pairs();
    double[] floats = new double[pairs];
    double[][] integers = new double[BITS.length][pairs];
    TheirSteps theirs = new TheirSteps(cells, subject, batch, threads, seconds);
    Model model = subject.model();
    try (OurSteps fp32 = new OurSteps(model, batch, threads, subject.examples());
        OurSteps four = steps(model, BITS[0], batch, threads, subject);
        OurSteps six = steps(model, BITS[1], batch, threads, subject)) {
      for (int i = -1; i < pairs; i++) {
        // The first turn only warms up.
        int pair = Math.max(i, 0);
        floats[pair] = fp32.milliseconds(seconds);
        integers[0][pair] = four.milliseconds(seconds);
        integers[1][pair] = six.milliseconds(seconds);
        theirs.turn(pair);
      }
    }
    for (int b = 0; b < BITS.length; b++) {
      bench.row(
          Row.compared(
              integers(BITS[b]) + what,
              threads,
              TheirSteps.UNIT,
              Better.LOWER,
              integers[b],
              floats,
              "theirs is our float32"));
    }
    bench.row(theirs.row(FLOATS + what, floats));
  }

  private static OurSteps steps(Model model, int bits, int batch, int threads, Subject subject) {
    return new OurSteps(quantized(model, bits), batch, threads, subject.examples());
  }

  private static Model quantized(Model model, int bits) {
    return PrecisionOptions.from(
            MapSettings.of(
                Map.of(
                    "name", "shiftquant", "weights", bits, "activations", bits, "gradients", bits)))
        .apply(model);
  }
}
