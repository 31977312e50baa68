package dev.tributary.datasets.format;

import dev.tributary.datasets.DataLayout;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.ImageSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A data set as its source divides it, pixels in [0, 1], own size and channels.
 *
 * @param train the training part
 * @param test the test part, where the source has one
 */
public record OriginalSplit(ImageSet train, Optional<ImageSet> test) {

  /**
   * Reads a set of the catalogue.
   *
   * <p>Where the counts are not those of the source, the title says that it is a subset.
   *
   * @throws DataFormatException when a file is not what its format asks for
   * @throws IllegalArgumentException when the set has no labels
   */
  public static OriginalSplit read(DataSet set, DataStatus.Present present) throws IOException {
    DataLayout layout = present.layout();
    ImageSet train = part(set, present, layout.train());
    Optional<ImageSet> test =
        layout.test().isEmpty() ? Optional.empty() : Optional.of(part(set, present, layout.test()));
    int testSize = test.map(ImageSet::size).orElse(0);
    if (train.size() == set.trainSize() && testSize == set.testSize()) {
      return new OriginalSplit(train, test);
    }
    String title =
        "%s (subset of %d + %d, not the official split)"
            .formatted(set.title(), train.size(), testSize);
    return new OriginalSplit(train.withName(title), test.map(part -> part.withName(title)));
  }

  private static ImageSet part(DataSet set, DataStatus.Present present, List<String> names)
      throws IOException {
    DataLayout layout = present.layout();
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      files.add(
          layout
              .locate(present.folder(), name)
              .orElseThrow(
                  () ->
                      new IOException(
                          present.folder().resolve(name) + " was there a moment ago and is gone")));
    }
    String title = set.title();
    return switch (layout.format()) {
      case IDX ->
          IdxFormat.images(title, files.get(0), files.get(1), ClassRange.of(set.classes()), false);
      case IDX_EMNIST_LETTERS ->
          IdxFormat.images(
              title, files.get(0), files.get(1), new ClassRange(set.classes(), 1), true);
      case CIFAR10_RECORDS -> RecordFormat.read(title, files, RecordLayout.CIFAR10);
      case CIFAR100_RECORDS -> RecordFormat.read(title, files, RecordLayout.CIFAR100_FINE);
      case OFFICE_CALTECH_RECORDS -> RecordFormat.read(title, files, RecordLayout.OFFICE_CALTECH);
      case OFFICE_CALTECH_FOLDERS -> ImageFolder.read(title, files, FolderLayout.officeCaltech(64));
      case SVHN_MAT -> StreetNumbers.read(title, files.getFirst());
      case USPS_LINES -> DigitLines.usps(title, files.getFirst());
      case USPS_LIBSVM -> DigitLines.uspsLibsvm(title, files.getFirst());
      case OPTDIGITS_CSV -> DigitLines.optdigits(title, files.getFirst());
      case FROST_PHOTOGRAPHS, FROST_FIFTHS ->
          throw new IllegalArgumentException(
              set.id() + " has no labels: it is material for corruptions, not a set to learn from");
    };
  }
}
