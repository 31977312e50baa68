package dev.tributary.datasets.digits;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.MissingDataException;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.StratifiedSplit;
import dev.tributary.datasets.format.OriginalSplit;
import dev.tributary.engine.random.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Digits of five domains, prepared after the protocol of FedBN (Li, Jiang, Zhang, Kamp and Dou,
 * "FedBN: Federated Learning on Non-IID Features via Local Batch Normalization", ICLR 2021): each
 * domain's original parts are pooled and split anew 80/20, class by class; every image becomes
 * 28x28 RGB in [-1, 1]; a client trains on the first 743 images of its domain's training part.
 *
 * <p>Differences from FedBN, also printed by reports ({@link #notes()}):
 *
 * <ul>
 *   <li>SVHN's seat is taken by synthetic street digits, and SynthDigits is a regeneration; both
 *       are called so in every title, and results on them must not be compared with published ones.
 *   <li>MNIST-M is a subset of 10,000 of its 68,002 images. The MNIST digits it is made from are
 *       left out of the MNIST domain, so that no digit is trained on in one domain and tested on in
 *       another. FedBN keeps them.
 *   <li>The split and the order are drawn from the run's seed; FedBN publishes fixed ones. A part
 *       of FedBN's ten has equal class shares; here the first images are a plain random sample of a
 *       stratified training part.
 *   <li>FedBN has no validation images. Here up to 1,000 images, at most a tenth of the training
 *       part, are set aside from what no client trains on.
 * </ul>
 */
public final class FiveDigits {
  /** The data sets, in the order of the domains. */
  public static final List<String> SETS =
      List.of("mnist", "synthstreet", "usps", "synthdigits", "mnist_m");

  /** The ids of the domains, in order; they stand in every table and say what is synthetic. */
  public static final List<String> DOMAINS =
      List.of("mnist", "synthetic-street", "usps", "synthetic-digits", "mnist_m");

  /** FedBN's number of training images of a client: a tenth of the smallest training part. */
  public static final int SAMPLES_PER_CLIENT = 743;

  /** Side of a prepared image in pixels. */
  public static final int SIDE = 28;

  private static final double TRAIN_SHARE = 0.8;
  private static final int MOST_VALIDATION = 1_000;
  private static final int VALIDATION_DIVISOR = 10;

  /** The MNIST images before these indices are not shown by the subset of MNIST-M. */
  private static final int MNIST_TRAIN_BEFORE_SUBSET = 51_501;

  private static final int MNIST_TEST_BEFORE_SUBSET = 6_501;

  private FiveDigits() {}

  /** What a report must say about these data, one sentence each. */
  public static List<String> notes() {
    return List.of(
        "Two of the five domains are synthetic: \"synthetic street digits\" stand where FedBN has"
            + " SVHN, and \"regenerated SynthDigits-style\" is drawn after the description of"
            + " SynthDigits; numbers on them are not comparable with published ones.",
        "MNIST-M is a subset (10,000 of 68,002 images); the MNIST digits it is made from are left"
            + " out of the MNIST domain, which FedBN does not do.",
        "The 80/20 stratified split of the pooled original parts, and the choice of training"
            + " images, are drawn from the run's seed; FedBN publishes fixed ones, with equal class"
            + " shares in each part.",
        "Validation images (up to 1,000 a domain, at most a tenth of its training part) are set"
            + " aside from training images that no client uses; FedBN has none. Tuning looks at"
            + " nothing else.",
        "All images are 28x28 RGB in [-1, 1]; gray ones have three equal channels; resizing is"
            + " bilinear as in the Python Imaging Library.");
  }

  /**
   * Loads and prepares all five domains, in the order of {@link #DOMAINS}.
   *
   * @param data the data directory, see {@link DataDirectory}
   * @param seeds decides split and order; nothing else is random
   * @param samplesPerClient training images of each domain, &ge; 1; {@link #SAMPLES_PER_CLIENT} in
   *     FedBN
   * @throws MissingDataException when a domain's files are not there
   * @throws dev.tributary.datasets.format.DataFormatException when a file is damaged
   * @throws IllegalArgumentException when a domain has too few images
   */
  public static List<Domain> load(Path data, Seeds seeds, int samplesPerClient) throws IOException {
    return load(new DataDirectory(data, "--data"), seeds, samplesPerClient);
  }

  /** {@link #load(Path, Seeds, int)} from a directory that knows who named it. */
  public static List<Domain> load(DataDirectory data, Seeds seeds, int samplesPerClient)
      throws IOException {
    List<DataStatus.Present> places = places(data);
    List<Domain> domains = new ArrayList<>();
    for (int i = 0; i < SETS.size(); i++) {
      DataSet set = DataSets.named(SETS.get(i));
      OriginalSplit original = OriginalSplit.read(set, places.get(i));
      domains.add(
          prepare(
              DOMAINS.get(i), original, seeds.child("digits").child(set.id()), samplesPerClient));
    }
    return List.copyOf(domains);
  }

  /** Where all domains lie; what is missing is said of all of them at once. */
  private static List<DataStatus.Present> places(DataDirectory data) throws MissingDataException {
    List<DataStatus.Present> places = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String id : SETS) {
      try {
        places.add(data.require(DataSets.named(id)));
      } catch (MissingDataException e) {
        missing.add(String.valueOf(e.getMessage()));
      }
    }
    if (!missing.isEmpty()) {
      throw new MissingDataException(String.join(System.lineSeparator(), missing));
    }
    return places;
  }

  /** Prepares one domain by the protocol. */
  static Domain prepare(String id, OriginalSplit original, Seeds seeds, int samplesPerClient) {
    ImageSet train = original.train();
    ImageSet test =
        original
            .test()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        id + " must have a test part to be pooled with its training part"));
    ImageSet pooled = pool(id, train, test);
    StratifiedSplit split =
        StratifiedSplit.of(pooled.labels(), pooled.classes(), TRAIN_SHARE, seeds);
    int[] first = split.first();
    int held = Math.min(MOST_VALIDATION, first.length / VALIDATION_DIVISOR);
    if (samplesPerClient < 1 || samplesPerClient > first.length - held) {
      throw new IllegalArgumentException(
          ("samples-per-client must be from 1 to %d for domain %s (%d training images, of which %d"
                  + " are kept for validation), got %d")
              .formatted(first.length - held, id, first.length, held, samplesPerClient));
    }
    int[] chosen = Arrays.copyOf(first, samplesPerClient);
    int[] validation = Arrays.copyOfRange(first, samplesPerClient, samplesPerClient + held);
    return new Domain(
        id,
        train.name(),
        prepared(pooled, chosen),
        prepared(pooled, validation),
        prepared(pooled, split.second()));
  }

  /** Both original parts as one. */
  private static ImageSet pool(String id, ImageSet train, ImageSet test) {
    if (!id.equals("mnist")) {
      return train.append(test);
    }
    int fromTrain = Math.min(train.size(), MNIST_TRAIN_BEFORE_SUBSET);
    int fromTest = Math.min(test.size(), MNIST_TEST_BEFORE_SUBSET);
    return train
        .select(IntStream.range(0, fromTrain).toArray())
        .append(test.select(IntStream.range(0, fromTest).toArray()));
  }

  private static ImageSet prepared(ImageSet pooled, int[] indices) {
    return pooled.select(indices).rgb().resize(SIDE, SIDE).withScaling(Scaling.SYMMETRIC);
  }
}
