package dev.tributary.server;

import dev.tributary.engine.files.Durability;
import dev.tributary.engine.files.WholeFile;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The server's state after each round, in a folder: {@code round-000012.ckpt}, the newest two and
 * the newest that is on the disk for certain.
 *
 * <p>A checkpoint is whole or not there, so a process may be killed at any moment; after a power
 * cut those that were not yet on the disk may be torn, which their checksum tells. It names the
 * SHA-256 of every client's state; the states themselves lie with the clients.
 */
public final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("round-(\\d{6,9})\\.ckpt");
  private static final int KEEP = 2;

  private final Path folder;
  private final ParameterLayout layout;
  private final String scenario;
  private final Map<String, String> engine;

  /** The newest round that this object has brought to the disk, or -1. */
  private int durable = -1;

  /**
   * @param folder where they lie; made when the first is written
   * @param layout of the shared weights
   * @param scenario SHA-256 of the resolved scenario
   * @param engine what can change bits
   */
  public Checkpoints(
      Path folder, ParameterLayout layout, String scenario, Map<String, String> engine) {
    this.folder = folder;
    this.layout = layout;
    this.scenario = scenario;
    this.engine = Map.copyOf(engine);
  }

  /**
   * Writes the state and forgets all up to it but the newest two and the newest that is on the
   * disk; nothing is forgotten before one is. One of a later round stays: it is damaged, or this
   * run would not have started before it, and will be written over.
   *
   * @param durability when it must be on the disk
   */
  public void save(GlobalState state, Durability durability) throws IOException {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("round", Integer.toString(state.round()));
    facts.put("scenario", scenario);
    engine.forEach((key, value) -> facts.put("engine." + key, value));
    state.localStates().forEach((client, hash) -> facts.put("client." + client, hash));
    VectorFile.write(file(state.round()), facts, state.weights(), durability);
    if (durability == Durability.NOW) {
      durable = state.round();
    }
    if (durable >= 0) {
      forget(state.round());
    }
  }

  private void forget(int newest) throws IOException {
    List<Path> all = files().stream().filter(f -> round(f) <= newest).toList();
    for (Path old : all.subList(0, Math.max(0, all.size() - KEEP))) {
      if (round(old) != durable) {
        Files.delete(old);
      }
    }
  }

  /**
   * Brings the checkpoint of a round to the disk, if it is still there: if it is not, a newer one
   * has taken its place.
   */
  public void sync(int round) throws IOException {
    try {
      WholeFile.sync(file(round));
    } catch (NoSuchFileException e) {
      // Forgotten by a thread that has saved newer ones meanwhile.
    }
  }

  private Path file(int round) {
    return folder.resolve("round-%06d.ckpt".formatted(round));
  }

  /**
   * The newest whole checkpoint of the rounds that are told of, if there is any. A damaged one is
   * passed over for the one before it, and so is one that a power cut has left without its round's
   * metrics.
   *
   * @param told how many rounds the metrics hold
   * @throws CheckpointMismatch if it is of another scenario or engine
   * @throws IOException if some are there, but none that can be gone on from
   */
  public Optional<GlobalState> load(int told) throws IOException {
    List<Path> files = files();
    List<Path> all = files.stream().filter(f -> round(f) <= told).toList();
    if (all.isEmpty() && !files.isEmpty()) {
      throw new IOException(
          "the oldest is %s, but the metrics hold only %d whole rounds: they were cut short"
              .formatted(files.getFirst().getFileName(), told));
    }
    IOException damage = null;
    for (Path file : all.reversed()) {
      try {
        return Optional.of(state(VectorFile.read(file, layout)));
      } catch (CheckpointMismatch e) {
        throw e;
      } catch (IOException e) {
        damage = damage == null ? e : damage;
      }
    }
    if (damage != null) {
      throw damage;
    }
    return Optional.empty();
  }

  private GlobalState state(VectorFile file) throws CheckpointMismatch {
    Map<String, String> facts = file.facts();
    String wasScenario = facts.getOrDefault("scenario", "");
    if (!wasScenario.equals(scenario)) {
      throw new CheckpointMismatch(
          "the checkpoint is of another scenario (%s, now %s): resume with the scenario it was made by"
              .formatted(brief(wasScenario), brief(scenario)));
    }
    Map<String, String> was = section(facts, "engine.");
    if (!was.equals(engine)) {
      throw new CheckpointMismatch(
          "the checkpoint was made with another engine or other data, so its run could not continue"
              + " with the same bits: "
              + differences(was, engine));
    }
    return new GlobalState(
        Integer.parseInt(facts.getOrDefault("round", "0")),
        file.vector(),
        section(facts, "client."));
  }

  /** "key was A, is B" for every key that differs. */
  public static String differences(Map<String, String> was, Map<String, String> is) {
    TreeMap<String, String> all = new TreeMap<>(was);
    all.putAll(is);
    return String.join(
        "; ",
        all.keySet().stream()
            .filter(key -> !was.getOrDefault(key, "").equals(is.getOrDefault(key, "")))
            .map(
                key ->
                    key
                        + " was "
                        + was.getOrDefault(key, "not recorded")
                        + ", is "
                        + is.getOrDefault(key, "not recorded"))
            .toList());
  }

  private static SortedMap<String, String> section(Map<String, String> facts, String prefix) {
    TreeMap<String, String> section = new TreeMap<>();
    facts.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            section.put(key.substring(prefix.length()), value);
          }
        });
    return section;
  }

  private static String brief(String hash) {
    return hash.isEmpty() ? "unknown" : hash.substring(0, Math.min(12, hash.length()));
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> NAME.matcher(f.getFileName().toString()).matches())
          .sorted(Comparator.comparingInt(Checkpoints::round))
          .toList();
    }
  }

  private static int round(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  /** A checkpoint that is whole but of another run or machine. */
  public static final class CheckpointMismatch extends IOException {
    private static final long serialVersionUID = 1;

    CheckpointMismatch(String message) {
      super(message);
    }
  }
}
