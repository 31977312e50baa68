package dev.tributary.datasets;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One official file of a data set, and where it comes from.
 *
 * @param fileName name under which it is kept in the set's folder
 * @param mirrors addresses of the same bytes, tried in order, at least one
 * @param checksum what the bytes must digest to, where the source or its users state one
 * @param packaging whether the file is an archive to take files from
 * @param members for an archive the full names of the wanted entries; they are put into the set's
 *     folder by their last name part. Empty for a plain file
 */
public record Download(
    String fileName,
    List<URI> mirrors,
    Optional<Checksum> checksum,
    Packaging packaging,
    List<String> members) {

  /** What a downloaded file is. */
  public enum Packaging {
    /** The data file itself, kept as it came. */
    PLAIN,
    /** A zip archive. */
    ZIP,
    /** A gzip-compressed tar archive. */
    TAR_GZ
  }

  /**
   * Copies the lists and checks that they fit together.
   *
   * @throws IllegalArgumentException when there is no mirror, or members without an archive
   */
  public Download {
    mirrors = List.copyOf(mirrors);
    members = List.copyOf(members);
    if (mirrors.isEmpty()) {
      throw new IllegalArgumentException(fileName + ": a download must have at least one address");
    }
    if (members.isEmpty() != (packaging == Packaging.PLAIN)) {
      throw new IllegalArgumentException(
          fileName + ": exactly an archive must have members, got " + packaging + " " + members);
    }
  }

  /** A data file that is kept as it comes; {@code folders} are addresses ending in a slash. */
  public static Download plain(String fileName, Optional<Checksum> checksum, String... folders) {
    return new Download(
        fileName,
        List.of(folders).stream().map(folder -> URI.create(folder + fileName)).toList(),
        checksum,
        Packaging.PLAIN,
        List.of());
  }
}
