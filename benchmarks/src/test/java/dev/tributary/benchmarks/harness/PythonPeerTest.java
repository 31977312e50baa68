package dev.tributary.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class PythonPeerTest {
  private static final String HELLO =
      "read line; echo '{\"torch\": \"9.9\", \"python\": \"3.1\"}'\n";

  @TempDir private Path home;

  private PythonPeer start(String script) throws IOException, OpponentException {
    return PythonPeer.start(FakePython.bench(home, "", script), "step.py");
  }

  private static Map<?, ?> ask(PythonPeer peer) throws OpponentException {
    return peer.ask(Map.of("op", "step"));
  }

  @Test
  void anAnswerIsAnAnswer() throws IOException, OpponentException {
    Bench bench =
        FakePython.bench(
            home,
            "",
            HELLO
                + """
                read line
                [ "$line" = '{"op":"step"}' ] && echo '{"milliseconds": 1.5, "lost": null}'
                """);
    try (PythonPeer peer = PythonPeer.start(bench, "step.py")) {
      Map<?, ?> answer = ask(peer);
      assertThat(PythonPeer.number(answer, "milliseconds")).isEqualTo(1.5);
      assertThatThrownBy(() -> PythonPeer.number(answer, "lost"))
          .isInstanceOf(OpponentException.class)
          .hasMessageContaining("no number lost");
    }
    assertThat(bench.opponents()).containsExactly(entry("pytorch", "9.9 (Python 3.1)"));
  }

  @Test
  void anErrorIsThePeersOwnWords() throws IOException, OpponentException {
    try (PythonPeer peer = start(HELLO + "read line; echo '{\"error\": \"ValueError: 7\"}'")) {
      assertThatThrownBy(() -> ask(peer))
          .isInstanceOf(OpponentException.class)
          .hasMessage("step.py says: ValueError: 7");
    }
  }

  @Test
  void whatIsNoJsonIsShown() throws IOException, OpponentException {
    try (PythonPeer peer = start(HELLO + "read line; echo 'Warning: slow'")) {
      assertThatThrownBy(() -> ask(peer))
          .isInstanceOf(OpponentException.class)
          .hasMessageContaining("step.py answered with what is no JSON object: Warning: slow");
    }
    try (PythonPeer peer = start(HELLO + "read line; echo '[1]'")) {
      assertThatThrownBy(() -> ask(peer)).isInstanceOf(OpponentException.class);
    }
  }

  @Test
  void aPeerThatDiedSaysItsStatusAndNotHowToInstallIt() throws IOException, OpponentException {
    try (PythonPeer peer = start(HELLO + "read line; exit 7")) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> ask(peer))
            .isInstanceOf(OpponentException.class)
            .hasMessageContaining("step.py ended with exit status 7")
            .hasMessageNotContaining("setup.sh");
      }
    }
  }

  @Test
  void aMissingPyTorchComesWithTheWayToGetIt() {
    assertThatThrownBy(() -> start("read line; echo '{\"missing\": \"no torch\"}'"))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("no torch; run benchmarks/peers/setup.sh");
    assertThatThrownBy(() -> PythonPeer.start(FakePython.none(home, ""), "step.py"))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("cannot start /nowhere/python; run benchmarks/peers/setup.sh");
  }

  @Test
  void aPeerThatIsNotUnderstoodDoesNotStay() throws IOException {
    Path number = home.resolve("number");
    String script = "echo $$ > '" + number + "'; read line; echo garbage; exec sleep 60";
    assertThatThrownBy(() -> start(script)).isInstanceOf(OpponentException.class);
    long pid = Long.parseLong(Files.readString(number).strip());
    Optional<ProcessHandle> left = ProcessHandle.of(pid);
    left.ifPresent(process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10)));
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }
}
