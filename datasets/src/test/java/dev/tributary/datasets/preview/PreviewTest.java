package dev.tributary.datasets.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.corruption.Corruption;
import dev.tributary.datasets.corruption.Corruptions;
import dev.tributary.datasets.partition.PartitionTable;
import dev.tributary.engine.random.Seeds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewTest {
  private static final int GRAY = 0xEEF0F2;

  @TempDir Path directory;

  /**
   * Class 0 of the domain is one image of a single color, class 1 has none: with room for two
   * images of each class the sheet has 4 * 5 pixels of that color, 3 x 3 times enlarged, and three
   * empty places of 12 x 15.
   */
  @Test
  void aContactSheetShowsImagesEnlargedAndLeavesMissingOnesGray() {
    ImageSet images = solid(1, 0x3A, 0x7B, 0xC1, 2);
    Picture sheet = ContactSheet.draw(List.of(new Domain("d", "D", images, images, images)), 2, 3);
    Map<Integer, Integer> colors = colors(sheet);
    assertThat(colors).containsEntry(0x3A7BC1, 4 * 5 * 9).containsEntry(GRAY, 3 * 4 * 5 * 9);
  }

  @Test
  void aSheetOfGrayImagesRepeatsTheirOneChannel() {
    byte[] pixels = {(byte) 0x91, (byte) 0x92, (byte) 0x93, (byte) 0x94};
    ImageSet images = new ImageSet("gray", 1, 2, 2, 1, pixels, new int[] {0}, Scaling.UNIT);
    Picture sheet = ContactSheet.draw(List.of(new Domain("g", "G", images, images, images)), 1, 1);
    assertThat(colors(sheet)).containsKeys(0x919191, 0x929292, 0x939393, 0x949494);
  }

  @Test
  void eachDomainHasItsBand() {
    ImageSet red = solid(3, 0xD0, 0x10, 0x10, 1);
    ImageSet blue = solid(3, 0x10, 0x10, 0xD0, 1);
    Picture sheet =
        ContactSheet.draw(
            List.of(new Domain("r", "R", red, red, red), new Domain("b", "B", blue, blue, blue)),
            2,
            2);
    assertThat(colors(sheet))
        .containsEntry(0xD01010, 2 * 20 * 4)
        .containsEntry(0x1010D0, 2 * 20 * 4);
    assertThat(lastRowOf(sheet, 0xD01010)).isLessThan(firstRowOf(sheet, 0x1010D0));
  }

  @Test
  void aContactSheetRefusesWhatItCannotDraw() {
    ImageSet images = solid(1, 1, 2, 3, 1);
    List<Domain> one = List.of(new Domain("d", "D", images, images, images));
    assertThatThrownBy(() -> ContactSheet.draw(List.of(), 1, 1)).hasMessageContaining("domains");
    assertThatThrownBy(() -> ContactSheet.draw(one, 0, 1)).hasMessageContaining("[1, 100], got 0");
    assertThatThrownBy(() -> ContactSheet.draw(one, 1, 17)).hasMessageContaining("[1, 16], got 17");
  }

  /** Gray of 100 under contrast stays what it is in all six columns; brightness leaves only one. */
  @Test
  void aCorruptionSheetHasARowForEachAndAColumnForEachSeverity() {
    ImageSet images = solid(2, 100, 100, 100, 1);
    Picture sheet =
        CorruptionSheet.draw(
            images,
            Corruptions.builtIn(),
            List.of(Corruption.CONTRAST, Corruption.BRIGHTNESS),
            Seeds.root(1),
            3);
    assertThat(colors(sheet))
        .containsEntry(0x646464, 2 * (6 + 1) * 4 * 5 * 9)
        .containsEntry(0xB0B0B0, 2 * 4 * 5 * 9);
  }

  @Test
  void aCorruptionSheetRefusesWhatItCannotDraw() {
    ImageSet images = solid(1, 1, 2, 3, 1);
    Corruptions corruptions = Corruptions.builtIn();
    List<Corruption> fog = List.of(Corruption.FOG);
    assertThatThrownBy(() -> CorruptionSheet.draw(images, corruptions, List.of(), Seeds.root(1), 1))
        .hasMessageContaining("at least one image and one corruption, got 1 and 0");
    assertThatThrownBy(() -> CorruptionSheet.draw(images, corruptions, fog, Seeds.root(1), 17))
        .hasMessageContaining("[1, 16], got 17");
  }

  /**
   * One client has 400 examples of class 0, the other 100 of class 1: bars of 4 to 1, disks of 4 to
   * 1.
   */
  @Test
  void barsAndDisksAreInProportion() {
    PartitionTable table =
        new PartitionTable(
            List.of("a", "b"), List.of("0", "1"), List.of(List.of(400, 0), List.of(0, 100)));
    Map<Integer, Integer> colors = colors(PartitionPicture.draw("title", table));
    double first = colors.getOrDefault(0x332288, 0);
    double second = colors.getOrDefault(0x88CCEE, 0);
    assertThat(second).isGreaterThan(500);
    assertThat(first / second).isCloseTo(4, within(0.2));
  }

  @Test
  void manyClientsAreCutAndSaidToBeMore() {
    assertThat(PartitionPicture.draw("t", clients(250)).height())
        .isEqualTo(PartitionPicture.draw("t", clients(PartitionPicture.MOST_CLIENTS)).height());
    assertThat(PartitionPicture.draw("t", clients(20)).height())
        .isLessThan(PartitionPicture.draw("t", clients(21)).height());
    assertThatThrownBy(() -> PartitionPicture.draw("t", clients(0)))
        .hasMessageContaining("at least one client");
  }

  /** Only O and 0 share a shape; # stands for all that are unknown. */
  @Test
  void everyCharacterLooksDifferent() {
    String characters = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ.,:-_+=/()%#";
    Set<Map<Integer, Integer>> looks = new HashSet<>();
    for (String character : characters.split("")) {
      Picture picture = new Picture(40, 40, 0xFFFFFF);
      Lettering.draw(picture, character, 2, 2, 24, 0);
      Map<Integer, Integer> dark = new HashMap<>();
      for (int pixel = 0; pixel < 1600; pixel++) {
        if (picture.color(pixel / 40, pixel % 40) != 0xFFFFFF) {
          dark.put(pixel, picture.color(pixel / 40, pixel % 40));
        }
      }
      assertThat(dark).as("%s", character).isNotEmpty();
      looks.add(dark);
    }
    assertThat(looks).hasSize(characters.length());
  }

  @Test
  void longNamesAreCut() {
    assertThat(Lettering.fit("short", 10, 100)).isEqualTo("short");
    String cut = Lettering.fit("a name that is much too long", 10, 100);
    assertThat(cut).startsWith("a name").endsWith("..");
    assertThat(Lettering.width(cut, 10)).isLessThanOrEqualTo(100);
  }

  @Test
  void aPictureIsWrittenAsPngWithTheSamePixels() throws IOException {
    Picture picture = new Picture(20, 30, 0x123456);
    picture.fill(5, -3, 4, 10, 0xABCDEF);
    Path file = directory.resolve("p.png");
    Files.writeString(file, "older");
    picture.write(file);
    BufferedImage read = ImageIO.read(file.toFile());
    assertThat(read.getHeight()).isEqualTo(20);
    assertThat(read.getWidth()).isEqualTo(30);
    assertThat(read.getRGB(0, 5) & 0xFFFFFF).isEqualTo(0xABCDEF);
    assertThat(read.getRGB(6, 8) & 0xFFFFFF).isEqualTo(0xABCDEF);
    assertThat(read.getRGB(7, 8) & 0xFFFFFF).isEqualTo(0x123456);
    assertThat(read.getRGB(0, 9) & 0xFFFFFF).isEqualTo(0x123456);
    assertThat(filesIn(directory)).containsExactly("p.png");
  }

  @Test
  void aPictureThatCannotBeWrittenLeavesNothing() throws IOException {
    Picture picture = new Picture(2, 2, 0);
    assertThatThrownBy(() -> picture.write(directory.resolve("absent/p.png")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> picture.write(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("names a directory");
    assertThat(filesIn(directory)).isEmpty();
  }

  private static ImageSet solid(int images, int red, int green, int blue, int classes) {
    byte[] pixels = new byte[images * 3 * 20];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / 20 % 3;
      pixels[i] = (byte) (channel == 0 ? red : channel == 1 ? green : blue);
    }
    return new ImageSet("solid", 3, 4, 5, classes, pixels, new int[images], Scaling.UNIT);
  }

  private static PartitionTable clients(int count) {
    List<String> names = IntStream.range(0, count).mapToObj(i -> "client " + i).toList();
    List<List<Integer>> counts = names.stream().map(name -> List.of(1, 2)).toList();
    return new PartitionTable(names, List.of("0", "1"), counts);
  }

  private static Map<Integer, Integer> colors(Picture picture) {
    Map<Integer, Integer> colors = new HashMap<>();
    for (int row = 0; row < picture.height(); row++) {
      for (int column = 0; column < picture.width(); column++) {
        colors.merge(picture.color(row, column), 1, Integer::sum);
      }
    }
    return colors;
  }

  private static int firstRowOf(Picture picture, int color) {
    return rowsOf(picture, color).min().orElseThrow();
  }

  private static int lastRowOf(Picture picture, int color) {
    return rowsOf(picture, color).max().orElseThrow();
  }

  private static IntStream rowsOf(Picture picture, int color) {
    return IntStream.range(0, picture.height())
        .filter(
            row ->
                IntStream.range(0, picture.width())
                    .anyMatch(column -> picture.color(row, column) == color));
  }

  private static List<String> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
