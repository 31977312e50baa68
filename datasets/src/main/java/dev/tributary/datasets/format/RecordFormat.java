package dev.tributary.datasets.format;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Files of fixed-length records, such as CIFAR's binary version; compressed by gzip or not. */
public final class RecordFormat {
  private RecordFormat() {}

  /**
   * Reads files one after the other as one set in [0, 1] ({@link Scaling#UNIT}).
   *
   * @param name what reports call the set
   * @param files at least one, each of whole records
   * @throws DataFormatException when a file ends inside a record or a label is out of range
   */
  public static ImageSet read(String name, List<Path> files, RecordLayout layout)
      throws IOException {
    Records records = new Records(layout);
    for (Path file : files) {
      records.append(file);
    }
    return new ImageSet(
        name,
        layout.channels(),
        layout.height(),
        layout.width(),
        layout.range().classes(),
        Arrays.copyOf(records.pixels, records.count * layout.pixelBytes()),
        Arrays.copyOf(records.labels, records.count),
        Scaling.UNIT);
  }

  /** What has been read so far, growing: the length of a compressed file is known at its end. */
  private static final class Records {
    private final RecordLayout layout;
    private int count;
    private byte[] pixels = new byte[0];
    private int[] labels = new int[0];

    Records(RecordLayout layout) {
      this.layout = layout;
    }

    void append(Path file) throws IOException {
      try (SourceFile source = SourceFile.open(file)) {
        if (source.atEnd()) {
          throw source.wrong("at least one record", "an empty file");
        }
        for (int number = 0; !source.atEnd(); number++) {
          byte[] record = source.read(layout.recordBytes(), "record " + number);
          int label = record[layout.labelIndex()] & 0xFF;
          makeRoom(source);
          labels[count] = layout.range().classOf(label, file, "record " + number);
          System.arraycopy(
              record,
              layout.labelBytes(),
              pixels,
              count * layout.pixelBytes(),
              layout.pixelBytes());
          count++;
        }
      }
    }

    private void makeRoom(SourceFile source) throws DataFormatException {
      if (count < labels.length) {
        return;
      }
      int most = (Integer.MAX_VALUE - 8) / layout.pixelBytes();
      if (count == most) {
        throw source.wrong("at most " + most + " records in one set", "more");
      }
      int room = (int) Math.min(most, Math.max(64, count * 3L / 2));
      labels = Arrays.copyOf(labels, room);
      pixels = Arrays.copyOf(pixels, room * layout.pixelBytes());
    }
  }
}
