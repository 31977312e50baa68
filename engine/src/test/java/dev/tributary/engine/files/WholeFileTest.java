package dev.tributary.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path folder;

  @Test
  void replacesAndLeavesNothingBeside() throws IOException {
    Path file = folder.resolve("a");
    WholeFile.write(file, out -> out.write(new byte[] {1, 2, 3}));
    byte[] large = new byte[200_000];
    large[199_999] = 7;
    WholeFile.write(file, out -> out.write(large));
    assertThat(Files.readAllBytes(file)).isEqualTo(large);
    assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void whatFailsHalfwayLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("a");
    WholeFile.write(file, out -> out.write(new byte[] {1, 2, 3}));
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
    assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void whatMayWaitForTheDiskIsWholeAllTheSame() throws IOException {
    Path file = folder.resolve("a");
    WholeFile.write(file, Durability.NOW, out -> out.write(new byte[] {1, 2, 3}));
    WholeFile.write(file, Durability.LATER, out -> out.write(new byte[] {4, 5}));
    WholeFile.sync(file);
    assertThat(Files.readAllBytes(file)).containsExactly(4, 5);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    assertThatThrownBy(() -> WholeFile.sync(folder.resolve("b")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void whatIsInTheWayStays() throws IOException {
    Path inTheWay = Files.createDirectory(folder.resolve("a.tmp"));
    assertThatThrownBy(() -> WholeFile.write(folder.resolve("a"), out -> out.write(1)))
        .isInstanceOf(IOException.class);
    assertThat(inTheWay).isDirectory();
  }
}
