package dev.tributary.client;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What clients keep between rounds (FedBN's normalisation layers, say), on disk: {@code
 * CLIENT/HASH16-from-HASH16-round-000012.state}, named by itself and by the state it came from.
 *
 * <p>A state is found by the hash that the server's record names, so a state of an update that the
 * server refused, or of a round that is run again after a crash, is never taken for the real one.
 * Saving keeps three: the new one, the one it came from and the one before that, so that the server
 * can go back to its last checkpoint but one. Each is whole or not there.
 */
public final class LocalStates {
  private static final String FROM = "-from-";
  private static final String NAME = "[0-9a-f]{16}-from-([0-9a-f]{16}|start)-round-\\d+\\.state";

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

  /**
   * The state with this hash, if the client holds it.
   *
   * @throws IOException if it is there but damaged
   */
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
   * Saves the state after a round and forgets all but it, its origin and the origin's origin.
   *
   * @param from the hash of the state that the round started from; empty for the initial one
   * @return the hash of {@code state}
   */
  public String save(String client, int round, String from, ParameterVector state)
      throws IOException {
    String hash = state.sha256();
    Path saved =
        folder
            .resolve(client)
            .resolve(
                "%s%s%s-round-%06d.state"
                    .formatted(prefix(hash), FROM, from.isEmpty() ? "start" : prefix(from), round));
    VectorFile.write(
        saved, Map.of("client", client, "round", Integer.toString(round), "from", from), state);
    forget(files(client), saved, prefix(from));
    return hash;
  }

  private static void forget(List<Path> files, Path saved, String origin) throws IOException {
    Set<String> kept = new HashSet<>(Set.of(origin));
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (!origin.isEmpty() && name.startsWith(origin + FROM)) {
        int start = origin.length() + FROM.length();
        kept.add(name.substring(start, name.indexOf('-', start)));
      }
    }
    // An unchanged state is its own origin; one file of it is enough.
    String own = saved.getFileName().toString();
    kept.remove(own.substring(0, own.indexOf('-')));
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (!file.equals(saved) && !kept.contains(name.substring(0, name.indexOf('-')))) {
        Files.delete(file);
      }
    }
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
      return files.filter(f -> f.getFileName().toString().matches(NAME)).sorted().toList();
    }
  }
}
