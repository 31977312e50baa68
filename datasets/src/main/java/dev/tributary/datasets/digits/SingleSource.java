package dev.tributary.datasets.digits;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.StratifiedSplit;
import dev.tributary.datasets.format.DataFormatException;
import dev.tributary.datasets.format.FolderLayout;
import dev.tributary.datasets.format.ImageFolder;
import dev.tributary.datasets.format.OriginalSplit;
import dev.tributary.engine.random.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Data of one source divided for training, validation and test, for partitions by label; and image
 * folders, one domain a folder.
 *
 * <p>A source's own test part stays the test part. Validation is a stratified tenth of the training
 * part, by seed. Where there is no test part, a stratified fifth of everything becomes it. Images
 * keep their size and channels; features are in [-1, 1].
 */
public final class SingleSource {
  private static final double TEST_SHARE = 0.2;
  private static final double VALIDATION_SHARE = 0.1;

  private SingleSource() {}

  /**
   * Loads a set of the catalogue as one domain.
   *
   * @param id one of {@link DataSets#all()}
   * @param seeds decides what is validation, and the order of training images
   * @throws dev.tributary.datasets.MissingDataException when its files are not there
   * @throws dev.tributary.datasets.format.DataFormatException when a file is damaged
   * @throws IllegalArgumentException when the id is unknown
   */
  public static Domain load(String id, DataDirectory data, Seeds seeds) throws IOException {
    DataSet set = DataSets.named(id);
    OriginalSplit original = OriginalSplit.read(set, data.require(set));
    return divide(set.id(), original, seeds.child("single").child(set.id()));
  }

  /** {@link #load(String, DataDirectory, Seeds)} from a plain path. */
  public static Domain load(String id, Path data, Seeds seeds) throws IOException {
    return load(id, new DataDirectory(data, "--data"), seeds);
  }

  /**
   * Loads folders {@code root/domain/class/image}, each domain divided 80/20 and then a tenth of
   * the training part taken for validation. Classes are the names of all class folders, sorted.
   *
   * @param root the folder of the domains
   * @param height rows that images are resized to
   * @param width columns that images are resized to
   * @param aliases other names of class folders, such as {@code back_pack} for {@code backpack}
   * @param seeds decides the division
   */
  public static List<Domain> folders(
      Path root, int height, int width, Map<String, String> aliases, Seeds seeds)
      throws IOException {
    List<Path> places = ImageFolder.domains(root);
    if (places.isEmpty()) {
      throw new IllegalArgumentException(
          root + " must hold a folder per domain with a folder per class in it; it has no folders");
    }
    List<String> classes =
        ImageFolder.classNames(places).stream()
            .map(name -> aliases.getOrDefault(name, name))
            .distinct()
            .sorted()
            .toList();
    Map<String, String> used = new TreeMap<>(aliases);
    used.values().retainAll(classes);
    FolderLayout layout = new FolderLayout(height, width, classes, used);
    List<Domain> domains = new ArrayList<>();
    for (Path place : places) {
      String name = String.valueOf(place.getFileName());
      if (!name.matches("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]*")) {
        throw new DataFormatException(
            place,
            "the folder of a domain",
            "a name of letters, digits, spaces, '.', '_' and '-' that begins with a letter or"
                + " digit",
            "'" + name + "'",
            "rename the folder");
      }
      ImageSet all = ImageFolder.read(name, place, layout);
      domains.add(
          divide(
              name, new OriginalSplit(all, Optional.empty()), seeds.child("folders").child(name)));
    }
    return List.copyOf(domains);
  }

  /**
   * Divides a set as this class does it.
   *
   * @param id of the domain that it becomes
   * @param seeds decides what is test and validation, and the order of training images
   */
  public static Domain divide(String id, OriginalSplit original, Seeds seeds) {
    ImageSet train = original.train().withScaling(Scaling.SYMMETRIC);
    ImageSet test;
    if (original.test().isPresent()) {
      test = original.test().get().withScaling(Scaling.SYMMETRIC);
    } else {
      StratifiedSplit split =
          StratifiedSplit.of(train.labels(), train.classes(), 1 - TEST_SHARE, seeds.child("test"));
      test = train.select(split.second());
      train = train.select(split.first());
    }
    StratifiedSplit split =
        StratifiedSplit.of(
            train.labels(), train.classes(), 1 - VALIDATION_SHARE, seeds.child("validation"));
    return new Domain(
        id, train.name(), train.select(split.first()), train.select(split.second()), test);
  }
}
