package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.tributary.engine.files.Durability;
import dev.tributary.server.Checkpoints.CheckpointMismatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final Map<String, String> ENGINE =
      Map.of("isa", "avx2", "threads-per-worker", "1");
  private static final String SCENARIO = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa";

  /** The metrics tell of all rounds. */
  private static final int ALL = Integer.MAX_VALUE;

  @TempDir private Path folder;

  private Checkpoints checkpoints() {
    return checkpoints(SCENARIO, ENGINE);
  }

  private Checkpoints checkpoints(String scenario, Map<String, String> engine) {
    return new Checkpoints(folder.resolve("checkpoints"), Fixtures.WEIGHTS, scenario, engine);
  }

  private static GlobalState state(int round) {
    TreeMap<String, String> locals = new TreeMap<>();
    locals.put("a", "hash-of-a-" + round);
    locals.put("engine.b", "hash-of-b");
    return new GlobalState(round, Fixtures.weights(round, -0f, 1e-40f, -3), locals);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder.resolve("checkpoints"))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private void damage(int round) throws IOException {
    Path file = folder.resolve("checkpoints/round-%06d.ckpt".formatted(round));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void nothingThereIsNoCheckpoint() throws IOException {
    assertThat(checkpoints().load(ALL)).isEmpty();
  }

  @Test
  void givesBackWhatWasSaved() throws IOException {
    checkpoints().save(state(7), Durability.NOW);
    GlobalState loaded = checkpoints().load(ALL).orElseThrow();
    assertThat(loaded.round()).isEqualTo(7);
    assertThat(loaded.weights().sha256()).isEqualTo(state(7).weights().sha256());
    assertThat(loaded.localStates())
        .containsExactly(Map.entry("a", "hash-of-a-7"), Map.entry("engine.b", "hash-of-b"));
    assertThat(loaded.localState("a")).isEqualTo("hash-of-a-7");
    assertThat(loaded.localState("nobody")).isEmpty();
  }

  @Test
  void keepsTheNewestTwo() throws IOException {
    for (int round : new int[] {8, 9, 10, 999_999, 1_000_000}) {
      checkpoints().save(state(round), Durability.NOW);
    }
    assertThat(names()).containsExactly("round-1000000.ckpt", "round-999999.ckpt");
    assertThat(checkpoints().load(ALL).orElseThrow().round()).isEqualTo(1_000_000);
  }

  @Test
  void aDamagedOneIsPassedOverForTheOneBefore() throws IOException {
    checkpoints().save(state(4), Durability.NOW);
    checkpoints().save(state(5), Durability.NOW);
    damage(5);
    GlobalState loaded = checkpoints().load(ALL).orElseThrow();
    assertThat(loaded.round()).isEqualTo(4);
    assertThat(loaded.weights()).isEqualTo(state(4).weights());
    checkpoints().save(state(5), Durability.NOW);
    assertThat(checkpoints().load(ALL).orElseThrow().round()).isEqualTo(5);
  }

  @Test
  void whatWasJustSavedIsNeverForgotten() throws IOException {
    checkpoints().save(state(8), Durability.NOW);
    checkpoints().save(state(9), Durability.NOW);
    damage(8);
    damage(9);
    Files.delete(folder.resolve("checkpoints/round-000008.ckpt"));
    checkpoints().save(state(1), Durability.NOW);
    checkpoints().save(state(2), Durability.NOW);
    checkpoints().save(state(3), Durability.NOW);
    assertThat(names())
        .containsExactly("round-000002.ckpt", "round-000003.ckpt", "round-000009.ckpt");
    assertThat(checkpoints().load(ALL).orElseThrow().round()).isEqualTo(3);
  }

  @Test
  void allDamagedIsAnErrorAndNotAFreshStart() throws IOException {
    checkpoints().save(state(4), Durability.NOW);
    checkpoints().save(state(5), Durability.NOW);
    damage(4);
    damage(5);
    assertThatIOException()
        .isThrownBy(() -> checkpoints().load(ALL))
        .withMessageContaining("round-000005.ckpt")
        .withMessageContaining("damaged");
  }

  /** After a power cut all that was not yet on the disk may be torn. */
  @Test
  void theNewestOnTheDiskIsNeverForgotten() throws IOException {
    Checkpoints one = checkpoints();
    one.save(state(4), Durability.NOW);
    for (int round = 5; round <= 9; round++) {
      one.save(state(round), Durability.LATER);
    }
    assertThat(names())
        .containsExactly("round-000004.ckpt", "round-000008.ckpt", "round-000009.ckpt");
    Files.write(folder.resolve("checkpoints/round-000009.ckpt"), new byte[0]);
    assertThat(checkpoints().load(ALL).orElseThrow().round()).isEqualTo(8);
    damage(8);
    assertThat(checkpoints().load(ALL).orElseThrow().weights()).isEqualTo(state(4).weights());
    one.save(state(10), Durability.NOW);
    assertThat(names()).containsExactly("round-000009.ckpt", "round-000010.ckpt");
  }

  @Test
  void whatAnEarlierProcessLeftStaysUntilOneIsOnTheDisk() throws IOException {
    checkpoints().save(state(4), Durability.NOW);
    Checkpoints next = checkpoints();
    next.save(state(5), Durability.LATER);
    next.save(state(6), Durability.LATER);
    assertThat(names())
        .containsExactly("round-000004.ckpt", "round-000005.ckpt", "round-000006.ckpt");
  }

  /** A power cut may leave a checkpoint and take the metrics of its round. */
  @Test
  void oneWhoseRoundIsNotToldOfIsPassedOver() throws IOException {
    checkpoints().save(state(4), Durability.NOW);
    checkpoints().save(state(5), Durability.NOW);
    assertThat(checkpoints().load(5).orElseThrow().round()).isEqualTo(5);
    assertThat(checkpoints().load(4).orElseThrow().round()).isEqualTo(4);
    assertThatIOException()
        .isThrownBy(() -> checkpoints().load(3))
        .withMessageContaining("round-000004.ckpt")
        .withMessageContaining("the metrics hold only 3 whole rounds");
  }

  @Test
  void otherFilesInTheFolderAreLeftAlone() throws IOException {
    checkpoints().save(state(4), Durability.NOW);
    Path note = folder.resolve("checkpoints/round-000009.ckpt.tmp");
    Files.writeString(note, "half written");
    checkpoints().save(state(5), Durability.NOW);
    checkpoints().save(state(6), Durability.NOW);
    assertThat(note).exists();
    assertThat(checkpoints().load(ALL).orElseThrow().round()).isEqualTo(6);
  }

  @Test
  void anotherScenarioIsNamed() throws IOException {
    checkpoints().save(state(1), Durability.NOW);
    assertThatExceptionOfType(CheckpointMismatch.class)
        .isThrownBy(() -> checkpoints("bbbbbbbbbbbbbbbbbbb", ENGINE).load(ALL))
        .withMessageContaining("another scenario")
        .withMessageContaining("aaaaaaaaaaaa")
        .withMessageContaining("bbbbbbbbbbbb");
  }

  @Test
  void whatDiffersInTheEngineIsNamed() throws IOException {
    checkpoints().save(state(1), Durability.NOW);
    Map<String, String> other = Map.of("isa", "avx512", "threads-per-worker", "1", "jdk", "26");
    assertThatExceptionOfType(CheckpointMismatch.class)
        .isThrownBy(() -> checkpoints(SCENARIO, other).load(ALL))
        .withMessageContaining("isa was avx2, is avx512")
        .withMessageContaining("jdk was not recorded, is 26")
        .withMessageNotContaining("threads-per-worker");
  }

  /** One before it may be of this engine, but going back behind a whole one must not be silent. */
  @Test
  void aMismatchIsNotPassedOver() throws IOException {
    checkpoints().save(state(1), Durability.NOW);
    checkpoints(SCENARIO, Map.of("isa", "neon")).save(state(2), Durability.NOW);
    assertThatExceptionOfType(CheckpointMismatch.class).isThrownBy(() -> checkpoints().load(ALL));
  }
}
