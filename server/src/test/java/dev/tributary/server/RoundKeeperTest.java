package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.files.Durability;
import dev.tributary.protocol.WireOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundKeeperTest {
  private static final int ROUNDS = 5;

  @TempDir private Path folder;
  private final List<Durability> told = new ArrayList<>();

  /** What the listener is told of the last {@code ROUNDS - from + 1} rounds. */
  private List<Durability> keep(int from, Duration syncEvery, Map<String, String> localStates)
      throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder, Fixtures.WEIGHTS, "scenario", Map.of());
    ServerOptions options =
        new ServerOptions(
            ROUNDS, 0, 1, 0.5, RoundBench.LONG, WireOptions.FP32, 1, Set.of("test"), syncEvery);
    RoundKeeper keeper =
        new RoundKeeper(
            options,
            checkpoints,
            event -> {
              RunEvent.RoundEnded ended = (RunEvent.RoundEnded) event;
              assertThat(folder.resolve("round-%06d.ckpt".formatted(ended.round())))
                  .as("the listener is told before the checkpoint is there")
                  .doesNotExist();
              told.add(ended.durability());
            });
    for (int round = from; round <= ROUNDS; round++) {
      GlobalState state =
          new GlobalState(round, Fixtures.weights(round, 0, 0, 0), new TreeMap<>(localStates));
      keeper.keep(state, new RoundNotes(0), List.of());
      assertThat(checkpoints.load(round).orElseThrow().round())
          .as("every round is written")
          .isEqualTo(round);
    }
    return told;
  }

  @Test
  void theFirstAndTheLastAreBroughtToTheDiskAndThoseBetweenTogether() throws IOException {
    assertThat(keep(2, Duration.ofHours(1), Map.of()))
        .containsExactly(Durability.NOW, Durability.LATER, Durability.LATER, Durability.NOW);
  }

  @Test
  void withoutAWaitEveryRoundIs() throws IOException {
    assertThat(keep(1, Duration.ZERO, Map.of())).hasSize(ROUNDS).containsOnly(Durability.NOW);
  }

  @Test
  void withStatesAtClientsEveryRoundIs() throws IOException {
    assertThat(keep(1, Duration.ofHours(1), Map.of("a", "hash")))
        .hasSize(ROUNDS)
        .containsOnly(Durability.NOW);
  }
}
