package dev.tributary.datasets.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.digits.SingleSource;
import dev.tributary.engine.random.Seeds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  private static final FolderLayout LAYOUT =
      new FolderLayout(1, 2, List.of("backpack", "mug"), Map.of("back_pack", "backpack"));

  @TempDir Path root;

  private void picture(String path, int type, int... colors) throws IOException {
    BufferedImage image = new BufferedImage(colors.length, 1, type);
    for (int x = 0; x < colors.length; x++) {
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        image.getRaster().setSample(x, 0, 0, colors[x]);
      } else {
        image.setRGB(x, 0, colors[x]);
      }
    }
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    String suffix = path.substring(path.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, suffix, file.toFile())).isTrue();
  }

  @Test
  void picturesComeByPathAsRgbOfOneSize() throws IOException {
    picture("amazon/mug/b.png", BufferedImage.TYPE_INT_RGB, 0x010203, 0x0a0b0c);
    picture("amazon/mug/a.png", BufferedImage.TYPE_BYTE_GRAY, 100, 200);
    picture("amazon/back_pack/z.png", BufferedImage.TYPE_INT_ARGB, 0xff0000ff);
    Files.createFile(root.resolve("amazon/mug/.hidden"));

    ImageSet set = ImageFolder.read("amazon", root.resolve("amazon"), LAYOUT);

    assertThat(set.labels()).containsExactly(0, 1, 1);
    assertThat(set.shape().toArray()).containsExactly(3, 1, 2);
    assertThat(set.pixel(0, 2, 0, 1) & 0xFF).isEqualTo(255); // one blue pixel made two
    assertThat(set.pixel(0, 0, 0, 1) & 0xFF).isZero();
    assertThat(set.pixel(1, 0, 0, 0) & 0xFF).isEqualTo(100); // gray as stored, not brightened
    assertThat(set.pixel(1, 2, 0, 1) & 0xFF).isEqualTo(200);
    assertThat(set.pixel(2, 0, 0, 0)).isEqualTo((byte) 1);
    assertThat(set.pixel(2, 1, 0, 1)).isEqualTo((byte) 0x0b);
  }

  @Test
  void jpegsAreDecodedNearly() throws IOException {
    picture("d/mug/a.jpg", BufferedImage.TYPE_INT_RGB, 0x808080, 0x808080);

    ImageSet set = ImageFolder.read("d", root.resolve("d"), LAYOUT);

    assertThat(set.pixel(0, 1, 0, 0) & 0xFF).isBetween(125, 131);
  }

  @Test
  void whatIsNoPictureOrClassIsTold() throws IOException {
    Path mug = Files.createDirectories(root.resolve("d/mug"));
    Path domain = root.resolve("d");
    assertThatThrownBy(() -> ImageFolder.read("d", domain, LAYOUT))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("folders of classes with images");
    Path file = Files.writeString(mug.resolve("notes.txt"), "no picture");
    assertThatThrownBy(() -> ImageFolder.read("d", domain, LAYOUT))
        .hasMessageContaining("notes.txt, file name: expected a .png, .jpg or .jpeg");
    Files.move(file, mug.resolve("broken.png"));
    assertThatThrownBy(() -> ImageFolder.read("d", domain, LAYOUT))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("broken.png, whole file: expected a PNG or JPEG");
    Files.delete(mug.resolve("broken.png"));
    picture("d/mug/cut.png", BufferedImage.TYPE_INT_RGB, 1, 2, 3, 4);
    byte[] whole = Files.readAllBytes(mug.resolve("cut.png"));
    Files.write(mug.resolve("cut.png"), Arrays.copyOf(whole, 45));
    assertThatThrownBy(() -> ImageFolder.read("d", domain, LAYOUT))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("cut.png");
    Files.createDirectories(domain.resolve("cup"));
    assertThatThrownBy(() -> ImageFolder.read("d", domain, LAYOUT))
        .hasMessageContaining("one of the classes backpack, mug, found cup");
  }

  @Test
  void everyFolderIsADomainOfItsOwn() throws IOException {
    for (String domain : List.of("web", "amazon")) {
      for (int i = 0; i < 10; i++) {
        picture(domain + "/mug/" + i + ".png", BufferedImage.TYPE_INT_RGB, i);
        picture(domain + "/back_pack/" + i + ".png", BufferedImage.TYPE_INT_RGB, i);
      }
    }

    List<Domain> domains =
        SingleSource.folders(
            root, 2, 2, Map.of("back_pack", "backpack", "unused", "none"), Seeds.root(1));

    assertThat(domains).extracting(Domain::id).containsExactly("amazon", "web");
    assertThat(domains)
        .allSatisfy(
            domain -> {
              assertThat(domain.test().classCounts()).containsExactly(2, 2);
              assertThat(domain.validation().classCounts()).containsExactly(1, 1);
              assertThat(domain.train().classCounts()).containsExactly(7, 7);
            });
  }
}
