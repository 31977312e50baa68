package dev.tributary.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path folder;

  @Test
  void explicitPathWinsOverVariableOverHome() {
    Map<String, String> environment = Map.of("TRIBUTARY_DATA", "/from/variable");
    Path home = Path.of("/home/someone");

    assertThat(DataDirectory.resolve(Optional.of(Path.of("/given")), environment, home))
        .isEqualTo(new DataDirectory(Path.of("/given"), "--data"));
    assertThat(DataDirectory.resolve(Optional.empty(), environment, home).path())
        .isEqualTo(Path.of("/from/variable"));
    assertThat(DataDirectory.resolve(Optional.empty(), Map.of("TRIBUTARY_DATA", " "), home).path())
        .isEqualTo(Path.of("/home/someone/.tributary/data"));
  }

  @Test
  void missingFilesAreNamedWithTheWaysOut() throws IOException {
    Files.createDirectories(folder.resolve("mnist"));
    Files.createFile(folder.resolve("mnist/train-images-idx3-ubyte.gz"));
    Files.createFile(folder.resolve("mnist/t10k-images-idx3-ubyte"));
    DataDirectory data = new DataDirectory(folder, "--data");

    assertThatThrownBy(() -> data.require(DataSets.named("mnist")))
        .isInstanceOf(MissingDataException.class)
        .hasMessageContaining("lacks train-labels-idx1-ubyte, t10k-labels-idx1-ubyte (plain")
        .hasMessageContaining("tributary datasets fetch mnist")
        .hasMessageContaining("--data DIR")
        .hasMessageContaining("export TRIBUTARY_DATA=DIR");
  }

  @Test
  void setsWithoutAddressDoNotSuggestToFetch() {
    DataDirectory data = new DataDirectory(folder, "default");

    assertThatThrownBy(() -> data.require(DataSets.named("synthstreet")))
        .hasMessageContaining("no official address")
        .hasMessageNotContaining("datasets fetch");
  }

  @Test
  void compactAndOfficialNamesAreBothFound() throws IOException {
    DataSet cifar = DataSets.named("cifar10");
    DataDirectory data = new DataDirectory(folder, "--data");
    Path own = Files.createDirectories(folder.resolve("cifar10"));
    Files.createFile(own.resolve("train.bin.gz"));
    Files.createFile(own.resolve("test.bin.gz"));
    assertThat(data.require(cifar).layout().train()).containsExactly("train.bin");

    for (int i = 1; i <= 5; i++) {
      Files.createFile(own.resolve("data_batch_" + i + ".bin"));
    }
    Files.createFile(own.resolve("test_batch.bin"));
    assertThat(data.require(cifar).layout().train()).hasSize(5);
  }

  @Test
  void hyphensAndUnderscoresInFoldersAreEqual() throws IOException {
    Path letters = Files.createDirectories(folder.resolve("emnist_letters"));

    assertThat(new DataDirectory(folder, "--data").folder("emnist-letters")).isEqualTo(letters);
    assertThat(DataSets.named("emnist_letters")).isSameAs(DataSets.named("emnist-letters"));
  }

  @Test
  void unknownSetsAreAnErrorThatListsTheKnown() {
    assertThatThrownBy(() -> DataSets.named("minst"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown data set minst; known are mnist, fashion-mnist");
  }

  @Test
  void syntheticDomainsSaySo() {
    assertThat(DataSets.named("synthstreet").title()).isEqualTo("synthetic street digits");
    assertThat(DataSets.named("synthdigits").title()).isEqualTo("regenerated SynthDigits-style");
    assertThat(DataSets.named("mnist_m").title()).isEqualTo("MNIST-M (subset)");
  }

  @Test
  void everyDownloadFillsALayout() {
    for (DataSet set : DataSets.all()) {
      List<String> fetched =
          set.downloads().stream()
              .flatMap(
                  download ->
                      download.members().isEmpty()
                          ? Stream.of(download.fileName())
                          : download.members().stream())
              .map(name -> name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\.gz$", ""))
              .toList();
      assertThat(set.layouts())
          .as(set.id())
          .anyMatch(layout -> fetched.isEmpty() || fetched.containsAll(layout.files()));
    }
  }
}
