package dev.tributary.client;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What clients keep between rounds (FedBN's normalisation layers, say), on disk: {@code
 * CLIENT/HASH16-round-000012.state}.
 *
 * <p>A state is found by the hash that the server's record names, so a state of an update that the
 * server refused, or of a round that is run again after a crash, is never taken for the real one.
 * Saving keeps two: the new one and the one it came from. Each is whole or not there.
 */
public final class LocalStates {
  private final Path folder;
  private final ParameterLayout layout;

  /**
   * @param folder where the clients' folders lie; made when the first state is saved
   * @param layout of what each client keeps
   */
  public LocalStates(Path folder, ParameterLayout layout) {
    this.folder = folder;
    this.layout = layout;
  }

  /** The layout of what each client keeps; of size 0 where they keep nothing. */
  public ParameterLayout layout() {
    return layout;
  }

  /** The state with this hash, if the client holds it whole. */
  public Optional<ParameterVector> load(String client, String hash) throws IOException {
    for (Path file : files(client)) {
      if (file.getFileName().toString().startsWith(prefix(hash))) {
        ParameterVector state = VectorFile.read(file, layout).vector();
        if (state.sha256().equals(hash)) {
          return Optional.of(state);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Saves the state after a round and forgets all but it and its origin.
   *
   * @param from the hash of the state that the round started from; empty for the initial one
   * @return the hash of {@code state}
   */
  public String save(String client, int round, String from, ParameterVector state)
      throws IOException {
    String hash = state.sha256();
    VectorFile.write(
        folder.resolve(client).resolve("%s-round-%06d.state".formatted(prefix(hash), round)),
        Map.of("client", client, "round", Integer.toString(round)),
        state);
    for (Path file : files(client)) {
      String name = file.getFileName().toString();
      boolean origin = !from.isEmpty() && name.startsWith(prefix(from));
      if (!origin && !name.startsWith(prefix(hash))) {
        Files.delete(file);
      }
    }
    return hash;
  }

  private static String prefix(String hash) {
    return hash.substring(0, Math.min(16, hash.length()));
  }

  private List<Path> files(String client) throws IOException {
    Path own = folder.resolve(client);
    if (!Files.isDirectory(own)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(own)) {
      return files.filter(f -> f.toString().endsWith(".state")).sorted().toList();
    }
  }
}
