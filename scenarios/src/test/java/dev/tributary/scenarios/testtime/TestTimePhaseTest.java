package dev.tributary.scenarios.testtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.testtime.Shift;
import dev.tributary.datasets.noise.NoisePool;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.scenarios.output.TestTimeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestTimePhaseTest {
  private static final Seeds SEEDS = Seeds.root(5);
  private static final Shape SHAPE = Shape.of(3);
  private static final Model MODEL =
      ModelCatalog.build(
          ModelOptions.from(MapSettings.of(Map.of("name", "logistic"))),
          ModelFilling.BATCH_NORM,
          SHAPE,
          2);

  @TempDir private Path folder;
  private final List<String> made = new ArrayList<>();

  private List<TestTimeRecord> run() {
    TestTimeOptions options =
        TestTimeOptions.from(MapSettings.of(Map.of("adapters", List.of("source"))));
    return new TestTimePhase(
            options, MODEL, Engine.create(), MODEL.initial(SEEDS), folder.resolve("log"))
        .run(List.of(group("clean", "clean"), group("two", "fog", "snow")), 1, (_, _) -> {});
  }

  private ShiftGroup group(String name, String... shifts) {
    return new ShiftGroup(
        0,
        List.of(shifts),
        () -> {
          made.add(name);
          NoisePool pool = new NoisePool(SHAPE, 2, SEEDS.child("pool"));
          List<Shift> all = new ArrayList<>();
          for (String shift : shifts) {
            all.add(new Shift(shift, pool.examples(8, SEEDS.child(shift))));
          }
          return all;
        });
  }

  @Test
  void shiftsThatCameInOneGoAreMeasuredAgainTogetherWhereACrashCutThemOff() throws IOException {
    Path log = folder.resolve("log");
    List<TestTimeRecord> undisturbed = run();
    assertThat(undisturbed)
        .extracting(TestTimeRecord::shift)
        .containsExactly("clean", "fog", "snow");
    String whole = Files.readString(log);
    List<String> lines = whole.lines().toList();
    Files.writeString(log, lines.get(0) + "\n" + lines.get(1) + "\n" + lines.get(2).substring(9));
    made.clear();
    assertThat(run()).isEqualTo(undisturbed);
    assertThat(made).containsExactly("two");
    assertThat(log).hasContent(whole);
  }

  @Test
  void whatIsThereIsNotMeasuredAgain() {
    List<TestTimeRecord> first = run();
    made.clear();
    assertThat(run()).isEqualTo(first);
    assertThat(made).isEmpty();
  }
}
