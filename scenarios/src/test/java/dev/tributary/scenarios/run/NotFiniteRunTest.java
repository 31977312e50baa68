package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads when clients that train in integers meet what is no number. */
class NotFiniteRunTest {
  @TempDir private Path folder;

  @Test
  void aRateThatIsTooHighIsOneMessageThatNamesLayerValueRuleAndWayOut() throws IOException {
    Path scenario = folder.resolve("diverges.conf");
    Files.writeString(
        scenario,
        """
        name = diverges
        data { source = glyph-digits, samples-per-client = 40, test-per-domain = 10 }
        model { name = lite-cnn }
        algorithm = fedavg
        precision { name = shiftquant }
        federation { rounds = 2, optimizer { name = sgd, lr = 1e30 } }
        """);
    String out = folder.resolve("run").toString();
    try (TributaryProcess run =
        new TributaryProcess(folder.resolve("output"), "run", scenario.toString(), "--out", out)) {
      assertThat(run.exitCode()).as(run::text).isEqualTo(ExitCode.UPDATES_REFUSED.code());
      assertThat(run.text())
          .containsPattern(
              "house: TRAINING_FAILED \\(cannot quantise the [a-z ]+ of (conv|fc)\\d: element"
                  + " \\[\\d+, \\d+\\] of \\d+ x \\d+ is (NaN|-?Infinity) and must be finite")
          .contains(", likewise low-res, pen, print, texture", "lower federation.optimizer.lr");
    }
  }
}
