package dev.tributary.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** benchmarks/peers/wire.py with a real Python, which needs no PyTorch for it. */
class WireTest {
  private static final Path WIRE = Path.of("peers", "wire.py");

  private static final String SCRIPT =
      """
      from wire import serve
      import os


      def hello():
          os.write(1, b"as a library in C prints\\n")
          print("as a library in Python prints", flush=True)
          return {"torch": "none", "python": "3"}


      def numbers():
          return {"milliseconds": float("nan"), "losses": [1.5, float("inf"), 2], "count": 3}


      serve({"hello": hello, "numbers": numbers})
      """;

  @TempDir private Path home;

  @BeforeEach
  void python() throws IOException {
    boolean there =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
    assumeTrue(there, "there is no python3");
    Path peers = Files.createDirectories(home.resolve("benchmarks").resolve("peers"));
    Files.copy(WIRE, peers.resolve("wire.py"));
    Files.writeString(peers.resolve("fake.py"), SCRIPT);
  }

  private Bench bench() {
    Map<String, String> environment = Map.of(PythonPeer.INTERPRETER, "python3");
    return new Bench(new Bench.Options(true, false, ""), home, environment, _ -> {});
  }

  @Test
  void whatLibrariesPrintIsNoAnswerAndNumbersThatAreNotFiniteAreNull() throws OpponentException {
    try (PythonPeer peer = PythonPeer.start(bench(), "fake.py")) {
      Map<?, ?> answer = peer.ask(Map.of("op", "numbers"));
      assertThat(answer.get("losses")).isEqualTo(Arrays.asList(1.5, null, 2L));
      assertThat(answer.get("count")).isEqualTo(3L);
      assertThatThrownBy(() -> PythonPeer.number(answer, "milliseconds"))
          .isInstanceOf(OpponentException.class);
    }
  }

  @Test
  void whatAPeerCannotDoIsAnErrorAndItGoesOn() throws OpponentException {
    try (PythonPeer peer = PythonPeer.start(bench(), "fake.py")) {
      assertThatThrownBy(() -> peer.ask(Map.of("op", "dance")))
          .isInstanceOf(OpponentException.class)
          .hasMessageContaining("fake.py says: KeyError");
      assertThat(peer.ask(Map.of("op", "numbers")).keySet())
          .isEqualTo(Set.of("milliseconds", "losses", "count"));
    }
  }
}
