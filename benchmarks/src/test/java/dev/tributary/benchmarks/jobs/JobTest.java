package dev.tributary.benchmarks.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.scenarios.config.ScenarioFile;
import dev.tributary.scenarios.run.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class JobTest {
  static final List<Job> JOBS = Job.ALL;

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("JOBS")
  void theScenarioSaysWhatTheJobSays(Job job) throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(file, job.scenario(7));
    ScenarioFile read = ScenarioFile.load(file, List.of());
    Scenario scenario = Scenario.from(read.settings(read.sweep().cells().getFirst()));
    assertThat(scenario.local().epochs()).isEqualTo(job.epochs());
    assertThat(scenario.local().batchSize()).isEqualTo(job.batch());
    assertThat(scenario.local().optimizer().lr()).isEqualTo(job.lr());
    assertThat(scenario.server().rounds()).isEqualTo(7);
    assertThat(scenario.server().clientsPerRound()).isEqualTo(job.cohort());
    assertThat(scenario.server().evaluatesAfter(6)).isFalse();
    assertThat(scenario.data().noise())
        .hasValueSatisfying(
            noise -> {
              assertThat(noise.shape()).isEqualTo(job.shape());
              assertThat(noise.classes()).isEqualTo(job.classes());
              assertThat(noise.clients()).isEqualTo(job.clients());
              assertThat(noise.samplesPerClient()).isEqualTo(job.samples());
            });
  }

  /** The counts that the publications give. */
  @ParameterizedTest
  @CsvSource({"lr, 7850", "blaze, 62006", "pfl, 1626442", "femnist, 1206590", "fedbn, 14219210"})
  void modelsHaveThePublishedSize(String name, int parameters) {
    assertThat(JOBS)
        .filteredOn(job -> job.name().equals(name))
        .singleElement()
        .satisfies(job -> assertThat(job.parameters()).isEqualTo(parameters));
  }

  @Test
  void theFirstRoundIsNotSteady() {
    JobTime time = JobTime.of(List.of(9.0, 1.0, 3.0), 10, 2e6);
    assertThat(time.rate()).isCloseTo(5, within(1e-12));
    assertThat(time.firstSeconds()).isEqualTo(9);
    assertThat(time.megabytes()).isEqualTo(2);
  }
}
