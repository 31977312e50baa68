package dev.tributary.datasets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where data sets lie: {@code <path>/<id>/<files>}, with hyphens and underscores in the folder's
 * name taken as equal.
 *
 * @param path the directory; it need not exist
 * @param origin who said so, for messages: {@code --data}, {@code TRIBUTARY_DATA} or {@code
 *     default}
 */
public record DataDirectory(Path path, String origin) {

  /** The environment variable that names the data directory. */
  public static final String VARIABLE = "TRIBUTARY_DATA";

  /**
   * The directory to use: the one given, else the one in {@value #VARIABLE}, else {@code
   * ~/.tributary/data}.
   *
   * @param explicit what the user gave for this run
   * @param environment the process's environment
   * @param home the user's home directory
   */
  public static DataDirectory resolve(
      Optional<Path> explicit, Map<String, String> environment, Path home) {
    if (explicit.isPresent()) {
      return new DataDirectory(explicit.get(), "--data");
    }
    String named = environment.getOrDefault(VARIABLE, "");
    return named.isBlank()
        ? new DataDirectory(home.resolve(".tributary").resolve("data"), "default")
        : new DataDirectory(Path.of(named), VARIABLE);
  }

  /** {@link #resolve(Optional, Map, Path)} with the environment and home of this process. */
  public static DataDirectory resolve(Optional<Path> explicit) {
    return resolve(explicit, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** The folder of a set: the one that exists, else the one named by its id. */
  public Path folder(String id) {
    return Stream.of(id, id.replace('-', '_'), id.replace('_', '-'))
        .map(path::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(path.resolve(id));
  }

  /** Whether the files of a set are there; looks at names only, not into the files. */
  public DataStatus status(DataSet set) {
    Path folder = folder(set.id());
    Optional<DataLayout> layout = set.layoutIn(folder);
    if (layout.isPresent()) {
      return new DataStatus.Present(folder, layout.get());
    }
    List<String> fewest =
        set.layouts().stream()
            .map(candidate -> candidate.missing(folder))
            .min(Comparator.comparingInt(List::size))
            .orElse(List.of());
    return new DataStatus.Missing(folder, fewest);
  }

  /**
   * Where the files of a set lie and in which form.
   *
   * @throws MissingDataException naming what is missing and how to get it
   */
  public DataStatus.Present require(DataSet set) throws MissingDataException {
    return switch (status(set)) {
      case DataStatus.Present present -> present;
      case DataStatus.Missing missing -> throw missing(set, missing);
      case DataStatus.Corrupt corrupt -> throw new MissingDataException(corrupt.problem());
    };
  }

  private MissingDataException missing(DataSet set, DataStatus.Missing missing) {
    String fetch =
        set.fetchable()
            ? "  tributary datasets fetch %s   gets it from its official address%n"
                .formatted(set.id())
            : "  (it has no official address to fetch from: put its files there yourself)%n"
                .formatted();
    return new MissingDataException(
        """
        %s (%s) is not in the data directory %s (%s).
        %s lacks %s (plain or with .gz).
        %s  --data DIR   or   export %s=DIR   says where your data lie: DIR/%s/...\
        """
            .formatted(
                set.title(),
                set.id(),
                path,
                origin.equals("default") ? "the default" : "from " + origin,
                missing.folder(),
                String.join(", ", missing.files()),
                fetch,
                VARIABLE,
                set.id()));
  }
}
