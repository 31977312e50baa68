package dev.tributary.datasets;

import dev.tributary.datasets.Download.Packaging;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The catalogue of known data sets. Addresses and checksums are those of the sets' authors, or, for
 * MNIST, of the mirrors that torchvision uses.
 */
public final class DataSets {
  private static final List<String> IDX_TRAIN =
      List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
  private static final List<String> IDX_TEST =
      List.of("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

  private static final List<DataSet> ALL =
      List.of(
          mnist(),
          fashionMnist(),
          emnistLetters(),
          omniglot(),
          usps(),
          optdigits(),
          svhn(),
          PhotoSets.cifar10(),
          PhotoSets.cifar100(),
          PhotoSets.officeCaltech(),
          digitDomain(
              "mnist_m",
              "mnistm",
              "MNIST-M (subset)",
              "derived from MNIST and BSDS500 (research and education, non-commercial)"),
          digitDomain(
              "synthdigits",
              "synthdigits",
              "regenerated SynthDigits-style",
              "synthetic; drawn with free fonts after the published description of SynthDigits"),
          digitDomain(
              "synthstreet",
              "synthstreet",
              "synthetic street digits",
              "synthetic; some images blend crops of BSDS500 (research, non-commercial)"));

  private DataSets() {}

  /** All known sets, in the order in which lists show them. */
  public static List<DataSet> all() {
    return ALL;
  }

  /**
   * The photographs of frost that the corruption of that name mixes into images. Not one of {@link
   * #all()}: they have no labels.
   */
  public static DataSet frost() {
    return PhotoSets.FROST;
  }

  /**
   * The set of this id; hyphens and underscores are taken as equal.
   *
   * @throws IllegalArgumentException listing the known ids
   */
  public static DataSet named(String id) {
    return ALL.stream()
        .filter(set -> set.id().replace('_', '-').equals(id.replace('_', '-')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown data set %s; known are %s"
                        .formatted(id, String.join(", ", ALL.stream().map(DataSet::id).toList()))));
  }

  private static DataSet mnist() {
    String[] mirrors = {
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/"
    };
    Map<String, Checksum> contents =
        Map.of(
            IDX_TRAIN.get(0),
            Checksum.sha256("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            IDX_TRAIN.get(1),
            Checksum.sha256("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            IDX_TEST.get(0),
            Checksum.sha256("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            IDX_TEST.get(1),
            Checksum.sha256("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));
    return new DataSet(
        "mnist",
        "MNIST",
        10,
        60_000,
        10_000,
        "handwritten digits 28x28; multi-domain digits, label skew, continual",
        "LeCun, Cortes and Burges; commonly given as CC BY-SA 3.0",
        idxDownloads(
            mirrors,
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "d53e105ee54ea40749a09fcbcd1e9432",
            "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c"),
        List.of(new DataLayout(DataFormat.IDX, IDX_TRAIN, IDX_TEST, contents)));
  }

  private static DataSet fashionMnist() {
    return new DataSet(
        "fashion-mnist",
        "Fashion-MNIST",
        10,
        60_000,
        10_000,
        "clothing 28x28; label skew, continual; harder than MNIST in the same form",
        "MIT (Zalando SE)",
        idxDownloads(
            new String[] {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"},
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310"),
        List.of(new DataLayout(DataFormat.IDX, IDX_TRAIN, IDX_TEST)));
  }

  private static List<Download> idxDownloads(String[] mirrors, String... md5s) {
    List<String> names = Stream.concat(IDX_TRAIN.stream(), IDX_TEST.stream()).toList();
    List<Download> downloads = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      downloads.add(
          Download.plain(names.get(i) + ".gz", Optional.of(Checksum.md5(md5s[i])), mirrors));
    }
    return downloads;
  }

  private static DataSet emnistLetters() {
    List<String> train =
        List.of("emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte");
    List<String> test =
        List.of("emnist-letters-test-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte");
    return new DataSet(
        "emnist-letters",
        "EMNIST letters",
        26,
        124_800,
        20_800,
        "handwritten letters 28x28, both cases merged; label skew, class-incremental",
        "derived from NIST Special Database 19 (US government work); cite Cohen et al. 2017",
        List.of(
            new Download(
                "gzip.zip",
                List.of(
                    URI.create("https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip"),
                    URI.create("https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip")),
                Optional.of(Checksum.md5("58c8d27c78d21e728a6bc7b3cc06412e")),
                Packaging.ZIP,
                Stream.concat(train.stream(), test.stream())
                    .map(name -> "gzip/" + name + ".gz")
                    .toList())),
        List.of(new DataLayout(DataFormat.IDX_EMNIST_LETTERS, train, test)));
  }

  private static DataSet omniglot() {
    return new DataSet(
        "omniglot",
        "Omniglot (8 alphabets)",
        242,
        4_840,
        0,
        "handwritten characters 28x28 of eight alphabets, 20 of each; alphabet by alphabet",
        "MIT; cite Lake et al. 2015",
        List.of(),
        List.of(
            new DataLayout(
                DataFormat.IDX,
                List.of(
                    "omniglot8-images-28x28-idx3-ubyte",
                    "omniglot8-labels-char-alphabet-drawer-idx2-ubyte"),
                List.of())));
  }

  private static DataSet usps() {
    String folder = "https://hastie.su.domains/ElemStatLearn/datasets/";
    return new DataSet(
        "usps",
        "USPS",
        10,
        7_291,
        2_007,
        "handwritten digits 16x16 from envelopes; multi-domain digits",
        "none stated; made available by the neural network group at AT&T research labs",
        List.of(
            Download.plain("zip.train.gz", Optional.empty(), folder),
            Download.plain("zip.test.gz", Optional.empty(), folder)),
        List.of(
            new DataLayout(
                DataFormat.IDX,
                List.of("usps-train-images-idx3-ubyte", "usps-train-labels-idx1-ubyte"),
                List.of("usps-test-images-idx3-ubyte", "usps-test-labels-idx1-ubyte")),
            new DataLayout(DataFormat.USPS_LINES, List.of("zip.train"), List.of("zip.test")),
            new DataLayout(DataFormat.USPS_LIBSVM, List.of("usps"), List.of("usps.t"))));
  }

  private static DataSet optdigits() {
    String folder = "https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/";
    return new DataSet(
        "optdigits",
        "optdigits (test part)",
        10,
        1_797,
        0,
        "handwritten digits 8x8; small extra domain, smoke tests",
        "CC BY 4.0 (UCI); cite Alpaydin and Kaynak 1998",
        List.of(Download.plain("optdigits.tes", Optional.empty(), folder)),
        List.of(
            new DataLayout(
                DataFormat.IDX,
                List.of("optdigits-images-idx3-ubyte", "optdigits-labels-idx1-ubyte"),
                List.of()),
            new DataLayout(DataFormat.OPTDIGITS_CSV, List.of("optdigits.tes"), List.of()),
            new DataLayout(DataFormat.OPTDIGITS_CSV, List.of("optdigits.tes.csv"), List.of())));
  }

  private static DataSet svhn() {
    String folder = "http://ufldl.stanford.edu/housenumbers/";
    String train = "train_32x32.mat";
    String test = "test_32x32.mat";
    return new DataSet(
        "svhn",
        "SVHN",
        10,
        73_257,
        26_032,
        "digits of house numbers 32x32 RGB; multi-domain digits, label skew",
        "for non-commercial use only; cite Netzer et al. 2011",
        List.of(
            Download.plain(
                train, Optional.of(Checksum.md5("e26dedcc434d2e4c54c9b2d4a06d8373")), folder),
            Download.plain(
                test, Optional.of(Checksum.md5("eb5a983be6a315427106f1b164d9cef3")), folder)),
        List.of(new DataLayout(DataFormat.SVHN_MAT, List.of(train), List.of(test))));
  }

  private static DataSet digitDomain(String id, String prefix, String title, String license) {
    return new DataSet(
        id,
        title,
        10,
        7_500,
        2_500,
        "digits 32x32 RGB; a domain of the five-domain digits",
        license,
        List.of(),
        List.of(
            new DataLayout(
                DataFormat.IDX,
                List.of(prefix + "-train-images-idx4-ubyte", prefix + "-train-labels-idx1-ubyte"),
                List.of(prefix + "-test-images-idx4-ubyte", prefix + "-test-labels-idx1-ubyte"))));
  }
}
