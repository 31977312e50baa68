package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.ChildJvm;
import dev.tributary.engine.cuda.CudaDevice;
import dev.tributary.engine.cuda.GpuOnCpu;
import dev.tributary.engine.foreign.Functions;
import dev.tributary.engine.integer.Tiers;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.model.PrecisionOptions;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Training whose products are a GPU's, by several workers that share one: in a JVM of its own,
 * which finds driver and compiler as any does, and whose GPU a processor plays.
 */
class SharedGpuTest {
  private static final int WORKERS = 4;
  private static final int BATCH = 4;
  private static final Shape IMAGE = Shape.of(3, 8, 8);

  @Test
  void workersShareOneBudgetAndComeToTheReferencesBits() throws Exception {
    // 7 of 8 MiB, less what makes no whole page of two: up to three small products at once.
    assertThat(child(8)).contains("budget 6 MiB").contains("done " + train("reference", BATCH));
  }

  @Test
  void whereOneProductFitsTheyTakeTurns() throws Exception {
    assertThat(child(3)).contains("budget 2 MiB").contains("done " + train("reference", BATCH));
  }

  private static String child(int mebibytes) throws IOException, InterruptedException {
    return ChildJvm.run(
        SharedGpuTest.class,
        List.of(),
        Map.of(
            "LD_LIBRARY_PATH", GpuOnCpu.libraries().toString(),
            "GPU_ON_CPU_MIB", String.valueOf(mebibytes)));
  }

  @SuppressWarnings("restricted")
  private static Functions gpu() {
    return new Functions("the GPU", SymbolLookup.libraryLookup("libcuda.so.1", Arena.global()));
  }

  /** Run in a JVM of its own; an error if workers wait for each other for ever. */
  static void main() throws Exception {
    CudaDevice device = CudaDevice.find().orElseThrow();
    long budget = device.budget().bytes();
    System.out.println("budget " + (budget >> 20) + " MiB");
    assertThat(Tiers.create("cuda", CpuKernels.INSTANCE).tier()).isEqualTo("cuda 8.6");
    List<Future<String>> all = new ArrayList<>();
    ExecutorService workers =
        Executors.newFixedThreadPool(WORKERS, Thread.ofPlatform().daemon(true).factory());
    for (int i = 0; i < WORKERS; i++) {
      all.add(workers.submit(() -> train("cuda", BATCH)));
    }
    for (Future<String> one : all) {
      assertThat(one.get(2, TimeUnit.MINUTES)).isEqualTo(all.getFirst().get());
    }
    assertThat(device.budget().freeBytes()).isEqualTo(budget);
    assertThat((long) gpu().call("test_most", ValueLayout.JAVA_LONG)).isBetween(1L, budget);
    assertThat((long) gpu().call("test_used", ValueLayout.JAVA_LONG)).isZero();
    // Of a batch that cannot fit nothing is left behind, and others go on.
    assertThatThrownBy(() -> train("cuda", 1000 * BATCH))
        .hasMessageContaining("where clients may use");
    assertThat(train("cuda", BATCH)).isEqualTo(all.getFirst().get());
    System.out.println("done " + all.getFirst().get());
    // Workers are daemons: one that hangs ends with the process.
    System.exit(0);
  }

  /** The hash of what two epochs come to. */
  private static String train(String tier, int batch) {
    Model model =
        PrecisionOptions.from(
                MapSettings.of(Map.of("name", "shiftquant", "first-last", "quantised")))
            .apply(
                ModelCatalog.build(
                    ModelOptions.from(MapSettings.of(Map.of("name", "lite-cnn"))),
                    ModelFilling.BATCH_NORM,
                    IMAGE,
                    10));
    LocalOptions options =
        LocalOptions.from(MapSettings.of(Map.of("batch-size", batch, "local-epochs", 2)));
    Engine engine = Engine.from(MapSettings.of(Map.of("integer", tier)));
    Seeds seeds = Seeds.root(11);
    ToyExamples data = new ToyExamples(3 * batch, IMAGE, 10, seeds.child("data"));
    try (LocalTrainer trainer = new LocalTrainer(model, engine, options)) {
      return trainer
          .train(model.initial(seeds.child("model")), data, seeds.child("train"), StepHook.NONE)
          .weights()
          .sha256();
    }
  }
}
