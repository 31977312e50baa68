package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drawn digits, learned with L1 batch normalisation on floats and on integers. */
class IntegerNormalizationTest {
  @TempDir private Path folder;

  private RunSummary run(String normalization) throws IOException {
    Path scenario =
        Files.writeString(
            folder.resolve(normalization + ".conf"),
            """
            name = digits
            data { source = glyph-digits, samples-per-client = 200, validation-per-domain = 10, test-per-domain = 60 }
            model { name = lite-cnn, normalization = l1-batch }
            precision { name = shiftquant, weights = 8, activations = 8, gradients = 8, normalization = %s }
            algorithm = fedavg
            federation { rounds = 8, batch-size = 16, optimizer { name = sgd, lr = 0.05, momentum = 0.9 } }
            evaluation.every = 8
            """
                .formatted(normalization));
    Path out = folder.resolve(normalization);
    try (TributaryProcess process =
        new TributaryProcess(
            folder.resolve(normalization + ".log"),
            "run",
            scenario.toString(),
            "--out",
            out.toString())) {
      assertThat(process.exitCode()).as(process::text).isZero();
    }
    return RunFiles.read(RunSummary.class, out.resolve(RunFiles.SUMMARY));
  }

  /** On 300 test images an accuracy of 75 % deviates by 2.5 points, a difference by 3.5. */
  @Test
  void integersLearnAboutAsWellAsFloats() throws IOException {
    RunSummary floats = run("fp32");
    RunSummary integers = run("integer");
    assertThat(integers.weightsSha256()).isNotEqualTo(floats.weightsSha256());
    assertThat(floats.meanAccuracy()).isGreaterThan(0.6);
    assertThat(integers.meanAccuracy()).isGreaterThan(floats.meanAccuracy() - 3 * 0.035);
  }
}
