package dev.tributary.datasets.office;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataFormat;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.StratifiedSplit;
import dev.tributary.datasets.format.FolderLayout;
import dev.tributary.datasets.format.ImageFolder;
import dev.tributary.datasets.format.RecordFormat;
import dev.tributary.datasets.format.RecordLayout;
import dev.tributary.engine.random.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Office-Caltech-10 (Gong, Shi, Sha and Grauman, CVPR 2012): the ten classes that Office-31 and
 * Caltech-256 share, as four domains. Each is split 80/20 class by class; a stratified fifth of the
 * training part is set aside for validation, and a client trains on the first images of the rest.
 *
 * <p>FedBN (Li, Jiang, Zhang, Kamp and Dou, ICLR 2021) trains every client on as many images, about
 * half of the smallest training part; {@link #SAMPLES_PER_CLIENT} is worked out from its released
 * code. Its images are 256 pixels a side and its lists are published; here the size is a parameter
 * and the split is drawn from the run's seed.
 */
public final class OfficeCaltech {
  /** The ids of the domains, in order. */
  public static final List<String> DOMAINS = List.of("amazon", "caltech10", "dslr", "webcam");

  /** FedBN's number of training images of a client. */
  public static final int SAMPLES_PER_CLIENT = 62;

  /** The id of the data set. */
  public static final String SET = "office-caltech-10";

  private static final List<Integer> SIZES = List.of(958, 1_123, 157, 295);
  private static final double TRAIN_SHARE = 0.8;
  private static final double VALIDATION_SHARE = 0.2;

  private OfficeCaltech() {}

  /** What a report must say about these data, one sentence each. */
  public static List<String> notes(int side) {
    return List.of(
        "Images are %dx%d RGB in [-1, 1], aspect not kept; FedBN has 256x256."
            .formatted(side, side),
        "The 80/20 stratified split and the fifth of the training part that is kept for validation"
            + " are drawn from the run's seed; FedBN publishes its lists.");
  }

  /**
   * Loads the four domains, in the order of {@link #DOMAINS}.
   *
   * @param data the data directory: records of 64 pixels, or folders {@code domain/class/*.jpg}
   * @param seeds decides split and order; nothing else is random
   * @param samplesPerClient training images of each domain, &ge; 1; 0 for all
   * @param side rows and columns of an image, &ge; 1
   * @throws dev.tributary.datasets.MissingDataException when the files are not there
   * @throws dev.tributary.datasets.format.DataFormatException when a file is damaged
   * @throws IllegalArgumentException when a domain has too few images
   */
  public static List<Domain> load(DataDirectory data, Seeds seeds, int samplesPerClient, int side)
      throws IOException {
    DataSet set = DataSets.named(SET);
    DataStatus.Present present = data.require(set);
    List<Domain> domains = new ArrayList<>();
    for (int i = 0; i < DOMAINS.size(); i++) {
      String id = DOMAINS.get(i);
      ImageSet all = read(title(id), present, present.layout().train().get(i), side);
      if (all.size() != SIZES.get(i)) {
        all = all.withName("%s (%d images of %d)".formatted(all.name(), all.size(), SIZES.get(i)));
      }
      domains.add(divide(id, all, seeds.child("office").child(id), samplesPerClient));
    }
    return List.copyOf(domains);
  }

  private static String title(String id) {
    return switch (id) {
      case "caltech10" -> "Caltech";
      case "dslr" -> "DSLR";
      case "webcam" -> "Webcam";
      default -> "Amazon";
    };
  }

  private static ImageSet read(String title, DataStatus.Present present, String name, int side)
      throws IOException {
    Path place =
        present
            .layout()
            .locate(present.folder(), name)
            .orElseThrow(
                () ->
                    new IOException(
                        present.folder().resolve(name) + " was there a moment ago and is gone"));
    return present.layout().format() == DataFormat.OFFICE_CALTECH_FOLDERS
        ? ImageFolder.read(title, place, FolderLayout.officeCaltech(side))
        : RecordFormat.read(title, List.of(place), RecordLayout.OFFICE_CALTECH).resize(side, side);
  }

  private static Domain divide(String id, ImageSet all, Seeds seeds, int samples) {
    StratifiedSplit outer =
        StratifiedSplit.of(all.labels(), all.classes(), TRAIN_SHARE, seeds.child("test"));
    ImageSet train = all.select(outer.first()).withScaling(Scaling.SYMMETRIC);
    StratifiedSplit inner =
        StratifiedSplit.of(
            train.labels(), train.classes(), 1 - VALIDATION_SHARE, seeds.child("validation"));
    int[] first = inner.first();
    if (samples < 0 || samples > first.length) {
      throw new IllegalArgumentException(
          "samples-per-client must be from 1 to %d for domain %s, or 0 for all, got %d"
              .formatted(first.length, id, samples));
    }
    int[] chosen = samples == 0 ? first : Arrays.copyOf(first, samples);
    return new Domain(
        id,
        all.name(),
        train.select(chosen),
        train.select(inner.second()),
        all.select(outer.second()).withScaling(Scaling.SYMMETRIC));
  }
}
