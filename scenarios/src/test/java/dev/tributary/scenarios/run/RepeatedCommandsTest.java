package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.output.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands given again where their work is done, or belongs to something else. */
class RepeatedCommandsTest {
  @TempDir private Path folder;
  private TributaryRuns runs = new TributaryRuns(Path.of(""), Path.of(""));

  @BeforeEach
  void writeScenario() throws IOException {
    Path scenario =
        Files.writeString(
            folder.resolve("tiny.conf"),
            """
            name = tiny
            data { source = glyph-digits, samples-per-client = 20, test-per-domain = 10 }
            federation.rounds = 1
            """);
    runs = new TributaryRuns(folder, scenario);
  }

  @Test
  void aServerOfAFinishedRunEndsAtOnceAndChangesNothing() throws IOException {
    Path out = runs.run("done");
    Path summary = out.resolve(RunFiles.SUMMARY);
    String before = Files.readString(summary);
    String port = Integer.toString(TributaryRuns.freePort());
    String[] none = {};
    try (TributaryProcess server =
        runs.start("server", runs.with(none, "server", "--out", out.toString(), "--port", port))) {
      assertThat(server.exitCode()).as(server::text).isZero();
      assertThat(server.text()).contains("is complete; nothing is left to do");
    }
    assertThat(summary).content().isEqualTo(before);
  }

  /** The scenario of another seed, as a client process of it would have left it. */
  @Test
  void clientsDoNotShareADirectoryWithThoseOfAnotherRun() throws IOException {
    Path other = runs.run("other", "--set", "seed=2");
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Files.createFile(kept.resolve(".tributary"));
    Files.copy(other.resolve(RunFiles.SCENARIO), kept.resolve(RunFiles.CLIENTS_OF));
    String server = "127.0.0.1:" + TributaryRuns.freePort();
    String[] none = {};
    try (TributaryProcess client =
        runs.start(
            "client",
            runs.with(
                none, "client", "--server", server, "--name", "a", "--out", kept.toString()))) {
      assertThat(client.exitCode()).as(client::text).isEqualTo(ExitCode.RUN_DIRECTORY.code());
      assertThat(client.text()).contains("another scenario, seed or --set", "--out");
    }
  }

  /** Images that differ in number or in kind would give other bits without a word. */
  @Test
  void aRunDoesNotGoOnWithOtherData() throws IOException {
    Path pictures = folder.resolve("pictures");
    for (int i = 0; i < 40; i++) {
      write(pictures.resolve("lens/class-" + i % 2 + "/" + i + ".png"), 40 * i);
    }
    Path scenario =
        Files.writeString(
            folder.resolve("pictures.conf"),
            """
            name = pictures
            data { source = folders, path = "%s", image-size = 28 }
            federation.rounds = 60
            """
                .formatted(pictures));
    TributaryRuns own = new TributaryRuns(folder, scenario);
    Path out = own.killedAfter(3, "cut");
    write(pictures.resolve("lens/class-0/0.png"), 0xFFFFFF);
    try (TributaryProcess more = own.start("more", "resume", out.toString())) {
      assertThat(more.exitCode()).as(more::text).isEqualTo(ExitCode.ENGINE_MISMATCH.code());
      assertThat(more.text()).contains("data was ");
    }
  }

  private static void write(Path file, int color) throws IOException {
    Files.createDirectories(file.getParent());
    var image = new java.awt.image.BufferedImage(28, 28, java.awt.image.BufferedImage.TYPE_INT_RGB);
    image.setRGB(3, 5, color);
    javax.imageio.ImageIO.write(image, "png", file.toFile());
  }
}
