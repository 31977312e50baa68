package dev.tributary.datasets;

import java.nio.file.Path;
import java.util.List;

/** What lies of a data set in a data directory. */
public sealed interface DataStatus {

  /**
   * All files are there.
   *
   * @param folder where
   * @param layout in which form
   */
  record Present(Path folder, DataLayout layout) implements DataStatus {}

  /**
   * Files are missing.
   *
   * @param folder where they should be
   * @param files names, without {@code .gz}, that the nearest layout wants and the folder lacks
   */
  record Missing(Path folder, List<String> files) implements DataStatus {
    /** Copies the list. */
    public Missing {
      files = List.copyOf(files);
    }
  }

  /**
   * A file is there but is not what it should be.
   *
   * @param file which
   * @param problem what is wrong and what to do
   */
  record Corrupt(Path file, String problem) implements DataStatus {}
}
