package dev.tributary.datasets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One way in which a data set may lie in its folder: the files that are needed, by their names
 * without {@code .gz}; each may be gzip-compressed or not. Where the format is folders of images,
 * the names are those of folders.
 *
 * @param format what the files are written in
 * @param train names of the files of the training part, relative to the set's folder; for image
 *     labels in a file of their own, images first
 * @param test names of the files of the test part; empty where the source has none
 * @param contents the SHA-256 of uncompressed files where it is known, by name
 */
public record DataLayout(
    DataFormat format, List<String> train, List<String> test, Map<String, Checksum> contents) {

  /** Copies the collections. */
  public DataLayout {
    train = List.copyOf(train);
    test = List.copyOf(test);
    contents = Map.copyOf(contents);
  }

  /** Without known checksums. */
  public DataLayout(DataFormat format, List<String> train, List<String> test) {
    this(format, train, test, Map.of());
  }

  /** All names, training part first. */
  public List<String> files() {
    List<String> all = new ArrayList<>(train);
    all.addAll(test);
    return all;
  }

  /** The names that have no file in this folder, compressed or not. */
  public List<String> missing(Path folder) {
    return files().stream().filter(name -> locate(folder, name).isEmpty()).toList();
  }

  /** Where one of the names lies in this folder: a file, compressed or not, or a folder. */
  public Optional<Path> locate(Path folder, String name) {
    if (format == DataFormat.OFFICE_CALTECH_FOLDERS) {
      return Optional.of(folder.resolve(name)).filter(Files::isDirectory);
    }
    return find(folder, name);
  }

  /** The file of this name, uncompressed or else with {@code .gz}. */
  public static Optional<Path> find(Path folder, String name) {
    Path plain = folder.resolve(name);
    if (Files.isRegularFile(plain)) {
      return Optional.of(plain);
    }
    Path compressed = folder.resolve(name + ".gz");
    return Files.isRegularFile(compressed) ? Optional.of(compressed) : Optional.empty();
  }
}
