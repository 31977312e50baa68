package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.integer.NativeGemm;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.model.PrecisionOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {
  private static final Shape SMALL = Shape.of(3, 12, 12);

  private static Model model(String precision) {
    return PrecisionOptions.from(MapSettings.of(Map.of("name", precision)))
        .apply(
            ModelCatalog.build(
                ModelOptions.from(MapSettings.of(Map.of("name", "lite-cnn"))),
                ModelFilling.BATCH_NORM,
                SMALL,
                10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "shiftquant"})
  void staysFlatOverAThousandSteps(String precision) {
    Model model = model(precision);
    LocalOptions options =
        LocalOptions.from(MapSettings.of(Map.of("batch-size", 8, "local-epochs", 10)));
    // 76 = 9 * 8 + 4: two sizes of batch.
    ToyExamples data = new ToyExamples(76, SMALL, 10, Seeds.root(1));
    ParameterVector start = model.initial(Seeds.root(2));
    try (LocalTrainer trainer = new LocalTrainer(model, Engine.create(), options)) {
      for (int i = 0; i < 4; i++) {
        trainer.train(start, data, Seeds.root(3), StepHook.NONE);
      }
      System.gc();
      long before = Pointer.physicalBytes();
      int steps = 0;
      for (int i = 0; i < 10; i++) {
        steps += trainer.train(start, data, Seeds.root(3), StepHook.NONE).steps();
      }
      System.gc();
      long grown = Pointer.physicalBytes() - before;
      assertThat(steps).isEqualTo(1000);
      // One batch of activations leaked per step would be more than 200 MiB.
      assertThat(grown).isLessThan(24L << 20);
    }
  }

  /** Nothing but, in integers, the keys of the draws of each of four layers: 144 bytes apiece. */
  @ParameterizedTest
  @CsvSource({"fp32, 100", "shiftquant, 640"})
  void aStepAllocatesNothingOnTheHeap(String precision, int bytes) {
    assumeTrue(precision.equals("fp32") || NativeGemm.available(), "no native integer kernels");
    Model model = model(precision);
    assumeTrue(Engine.create().oneDnn(), "oneDNN is not there for this machine");
    LocalOptions options = LocalOptions.from(MapSettings.of(Map.of("batch-size", 8)));
    ParameterVector start = model.initial(Seeds.root(2));
    try (LocalTrainer trainer = new LocalTrainer(model, Engine.create(), options)) {
      // Long against short: what a training allocates once, its result for one, falls out.
      long few = allocated(trainer, start, 10);
      long many = allocated(trainer, start, 110);
      // An epoch's order has an int per example, 8 per step.
      long perStep = (many - few) / 100 - 8 * Integer.BYTES;
      assertThat(perStep).isLessThan(bytes);
    }
  }

  /** Examples that cost nothing to read. */
  private record Ramps(int size, Shape shape, int classes) implements Examples {
    @Override
    public int label(int index) {
      return index % classes;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      for (int i = 0; i < shape.size(); i++) {
        target[offset + i] = (i + index) % 17 - 8;
      }
    }
  }

  private static long allocated(LocalTrainer trainer, ParameterVector start, int steps) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Ramps data = new Ramps(8 * steps, SMALL, 10);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      trainer.train(start, data, Seeds.root(3), StepHook.NONE);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
