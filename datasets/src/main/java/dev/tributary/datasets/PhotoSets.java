package dev.tributary.datasets;

import dev.tributary.datasets.Download.Packaging;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The part of the catalogue that is photographs of things; {@link DataSets} has the rest. */
final class PhotoSets {
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
}
