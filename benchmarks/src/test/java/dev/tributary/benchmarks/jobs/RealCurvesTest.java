package dev.tributary.benchmarks.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.benchmarks.jobs.RealCurves.Spread;
import dev.tributary.scenarios.config.ScenarioFile;
import dev.tributary.scenarios.run.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RealCurvesTest {
  static final List<RealJob> JOBS = RealJob.ALL;

  @TempDir private Path folder;

  @Test
  void spreadIsMeanAndDeviationOfASample() {
    Spread spread = Spread.of(1, 2, 3);
    assertThat(spread.mean()).isCloseTo(2, within(1e-12));
    assertThat(spread.deviation()).isCloseTo(1, within(1e-12));
    assertThat(spread).hasToString("2.0000 +- 1.0000");
  }

  @Test
  void curvesMeetWithinTwoDeviationsOfEach() {
    assertThat(new Spread(1, 0.1).meets(new Spread(1.59, 0.2))).isTrue();
    assertThat(new Spread(1, 0.1).meets(new Spread(1.61, 0.2))).isFalse();
    assertThat(new Spread(1.61, 0.2).meets(new Spread(1, 0.1))).isFalse();
  }

  @Test
  void oneSeedThatDivergedIsNotLeftOut() {
    Spread diverged = Spread.of(1, Double.NaN, 3);
    assertThat(diverged).hasToString("diverged");
    assertThat(diverged.meets(Spread.of(1, 2, 3))).isFalse();
    assertThat(Spread.of(1, 2, 3).meets(diverged)).isFalse();
    assertThat(Spread.of(1, Double.POSITIVE_INFINITY, 3)).hasToString("diverged");
  }

  @ParameterizedTest
  @FieldSource("JOBS")
  void theScenarioReadsRealDataWithItsSeed(RealJob job) throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(file, job.scenario(4, 9));
    ScenarioFile read = ScenarioFile.load(file, List.of());
    Scenario scenario = Scenario.from(read.settings(read.sweep().cells().getFirst()));
    assertThat(scenario.seed()).isEqualTo(9);
    assertThat(scenario.data().source()).isEqualTo(job.data());
    assertThat(scenario.data().noise()).isEmpty();
    assertThat(scenario.data().partition().clients()).isEqualTo(job.settings().clients());
    assertThat(scenario.data().limit())
        .isEqualTo(job.settings().clients() * job.settings().samples());
  }
}
