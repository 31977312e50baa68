package dev.tributary.datasets.omniglot;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.digits.SingleSource;
import dev.tributary.datasets.format.IdxArray;
import dev.tributary.datasets.format.IdxFormat;
import dev.tributary.datasets.format.OriginalSplit;
import dev.tributary.engine.random.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Eight alphabets of Omniglot (Lake, Salakhutdinov and Tenenbaum, "Human-level concept learning
 * through probabilistic program induction", Science 2015), those of its two small background sets:
 * 242 characters, each drawn by twenty people, 28 x 28 gray. Every alphabet is a domain with
 * characters of its own, so that a stream of domains is one of new classes.
 *
 * <p>Of each character a fifth is for test and a tenth of the rest for validation, by seed: 4, 2
 * and 14 drawings.
 */
public final class Omniglot {
  /** The id of the data set. */
  public static final String SET = "omniglot";

  /** The ids of the domains, in the order of the file's alphabet numbers. */
  public static final List<String> ALPHABETS =
      List.of(
          "balinese",
          "early-aramaic",
          "greek",
          "katakana",
          "korean",
          "latin",
          "sanskrit",
          "tagalog");

  private Omniglot() {}

  /**
   * Loads the alphabets, in the order of {@link #ALPHABETS}.
   *
   * @param seeds decides what is test and validation, and the order of training images
   * @throws dev.tributary.datasets.MissingDataException when the files are not there
   * @throws dev.tributary.datasets.format.DataFormatException when a file is damaged
   */
  public static List<Domain> load(DataDirectory data, Seeds seeds) throws IOException {
    DataSet set = DataSets.named(SET);
    DataStatus.Present present = data.require(set);
    ImageSet all = OriginalSplit.read(set, present).train();
    Path labels =
        present.layout().locate(present.folder(), present.layout().train().get(1)).orElseThrow();
    IdxArray columns = IdxFormat.read(labels);
    int width = columns.shape().rowSize();
    List<Domain> alphabets = new ArrayList<>();
    for (int a = 0; a < ALPHABETS.size(); a++) {
      int alphabet = a;
      int[] members =
          IntStream.range(0, all.size())
              .filter(i -> columns.at(i * width + 1) == alphabet)
              .toArray();
      String id = ALPHABETS.get(a);
      ImageSet own = all.select(members).withName(all.name() + ", " + id);
      alphabets.add(
          SingleSource.divide(
              id, new OriginalSplit(own, Optional.empty()), seeds.child(SET).child(id)));
    }
    return List.copyOf(alphabets);
  }
}
