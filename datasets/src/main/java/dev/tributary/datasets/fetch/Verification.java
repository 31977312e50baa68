package dev.tributary.datasets.fetch;

import dev.tributary.datasets.Checksum;
import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataLayout;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.format.DataFormatException;
import dev.tributary.datasets.format.FileContents;
import dev.tributary.datasets.format.OriginalSplit;
import dev.tributary.datasets.format.RasterImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Checks what lies of a set in a data directory by reading all of it. */
public final class Verification {
  private Verification() {}

  /**
   * Compares known checksums of contents, then reads every file as loading would.
   *
   * @return {@link DataStatus.Corrupt} names the first file that is wrong
   * @throws IOException when a file cannot be read at all
   */
  public static DataStatus verify(DataSet set, DataDirectory data) throws IOException {
    DataStatus status = data.status(set);
    if (!(status instanceof DataStatus.Present present)) {
      return status;
    }
    try {
      for (Map.Entry<String, Checksum> known : present.layout().contents().entrySet()) {
        Optional<Path> file = DataLayout.find(present.folder(), known.getKey());
        if (file.isPresent()) {
          String found = FileContents.digest(file.get(), known.getValue());
          if (!found.equals(known.getValue().hex())) {
            return new DataStatus.Corrupt(
                file.get(),
                "%s: contents must have %s, found %s; delete the file and run `tributary datasets fetch %s`"
                    .formatted(file.get(), known.getValue(), found, set.id()));
          }
        }
      }
      readAll(set, present);
      return present;
    } catch (DataFormatException e) {
      return new DataStatus.Corrupt(e.file(), String.valueOf(e.getMessage()));
    }
  }

  private static void readAll(DataSet set, DataStatus.Present present) throws IOException {
    if (present.layout().format().labelled()) {
      OriginalSplit.read(set, present);
      return;
    }
    for (String name : present.layout().files()) {
      RasterImage.read(present.folder().resolve(name));
    }
  }
}
