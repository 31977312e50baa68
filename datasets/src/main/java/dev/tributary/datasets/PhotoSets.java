package dev.tributary.datasets;

import dev.tributary.datasets.Download.Packaging;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The part of the catalogue that is photographs of things; {@link DataSets} has the rest. */
final class PhotoSets {
  static final DataSet FROST = frost();

  private PhotoSets() {}

  static DataSet cifar10() {
    List<String> train =
        IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList();
    return new DataSet(
        "cifar10",
        "CIFAR-10",
        10,
        50_000,
        10_000,
        "photographs 32x32 RGB; label skew, continual, test-time adaptation",
        "none stated; cite Krizhevsky 2009",
        List.of(
            new Download(
                "cifar-10-binary.tar.gz",
                List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")),
                Optional.of(Checksum.md5("c32a1d4ab5d03f1284b67883e8d87530")),
                Packaging.TAR_GZ,
                Stream.concat(train.stream(), Stream.of("test_batch.bin"))
                    .map(name -> "cifar-10-batches-bin/" + name)
                    .toList())),
        List.of(
            new DataLayout(DataFormat.CIFAR10_RECORDS, train, List.of("test_batch.bin")),
            new DataLayout(
                DataFormat.CIFAR10_RECORDS,
                train.stream().map(name -> "cifar-10-batches-bin/" + name).toList(),
                List.of("cifar-10-batches-bin/test_batch.bin")),
            new DataLayout(DataFormat.CIFAR10_RECORDS, List.of("train.bin"), List.of("test.bin"))));
  }

  static DataSet cifar100() {
    return new DataSet(
        "cifar100",
        "CIFAR-100",
        100,
        50_000,
        10_000,
        "photographs 32x32 RGB of 100 fine classes; label skew, class-incremental",
        "none stated; cite Krizhevsky 2009",
        List.of(
            new Download(
                "cifar-100-binary.tar.gz",
                List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz")),
                Optional.of(Checksum.md5("03b5dce01913d631647c71ecec9e9cb8")),
                Packaging.TAR_GZ,
                List.of("cifar-100-binary/train.bin", "cifar-100-binary/test.bin"))),
        List.of(
            new DataLayout(
                DataFormat.CIFAR100_RECORDS,
                List.of("cifar-100-binary/train.bin"),
                List.of("cifar-100-binary/test.bin")),
            new DataLayout(
                DataFormat.CIFAR100_RECORDS, List.of("train.bin"), List.of("test.bin"))));
  }

  static DataSet officeCaltech() {
    return new DataSet(
        "office-caltech-10",
        "Office-Caltech-10",
        10,
        2_533,
        0,
        "photographs of office things from four sources; multi-domain",
        "none stated, research use; cite Saenko et al. 2010, Griffin et al. 2007, Gong et al. 2012",
        List.of(),
        List.of(
            new DataLayout(
                DataFormat.OFFICE_CALTECH_RECORDS,
                List.of("amazon_64.bin", "caltech10_64.bin", "dslr_64.bin", "webcam_64.bin"),
                List.of()),
            new DataLayout(
                DataFormat.OFFICE_CALTECH_FOLDERS,
                List.of("amazon", "caltech10", "dslr", "webcam"),
                List.of()),
            new DataLayout(
                DataFormat.OFFICE_CALTECH_FOLDERS,
                List.of("amazon", "caltech", "dslr", "webcam"),
                List.of())));
  }

  private static DataSet frost() {
    String folder =
        "https://raw.githubusercontent.com/hendrycks/robustness/master/ImageNet-C/create_c/";
    Map<String, Checksum> contents = new LinkedHashMap<>();
    contents.put(
        "frost1.png",
        Checksum.sha256("ff9f907860bd7a835d459e32f9d588062b7f61ee267343cc7222b56753a14755"));
    contents.put(
        "frost2.png",
        Checksum.sha256("fe211a89b336999c207a852ce05818d4545d0b57c5beadd824b4cc9d9a9b6137"));
    contents.put(
        "frost3.png",
        Checksum.sha256("2d0d50b4a9bb213f38b024ef7768731bb83cc08d2f26b5766bbc167cdfa0e504"));
    contents.put(
        "frost4.jpg",
        Checksum.sha256("3f8b91ca1a9fa7167b09e773da53f5ae60d0a1fd88f02a783f6e328a72887f6e"));
    contents.put(
        "frost5.jpg",
        Checksum.sha256("5fc6a19df4a429ba68abdcc8f8a4278d4c9f81c9ccafd2c92ab0c8cf8992ebd2"));
    return new DataSet(
        "corruption_frost",
        "Photographs of frost",
        0,
        0,
        0,
        "what the corruption frost mixes into images",
        "from an Apache-2.0 repository; the photographs' own origin is not stated",
        contents.entrySet().stream()
            .map(file -> Download.plain(file.getKey(), Optional.of(file.getValue()), folder))
            .toList(),
        List.of(
            new DataLayout(
                DataFormat.FROST_PHOTOGRAPHS, List.copyOf(contents.keySet()), List.of(), contents),
            new DataLayout(
                DataFormat.FROST_FIFTHS,
                IntStream.rangeClosed(1, 5).mapToObj(i -> "frost" + i + "_fifth.png").toList(),
                List.of())));
  }
}
