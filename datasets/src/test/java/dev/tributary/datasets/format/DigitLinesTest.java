package dev.tributary.datasets.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.ImageSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitLinesTest {
  @TempDir Path folder;

  private Path text(String text) throws IOException {
    return Files.writeString(folder.resolve("digits.txt"), text);
  }

  @Test
  void denseLinesOfBothForms() throws IOException {
    String train = "6.0000 -1.0000 1.0000 0.2970" + " -1.0000".repeat(253) + " \n";
    String test = "9 1 -1 -0.948" + " 0".repeat(253) + "\n";
    Path file =
        Files.write(
            folder.resolve("zip.gz"), Gzip.of((train + test).getBytes(StandardCharsets.US_ASCII)));

    ImageSet set = DigitLines.usps("USPS", file);

    assertThat(set.labels()).containsExactly(6, 9);
    assertThat(set.pixel(0, 0, 0, 0) & 0xFF).isZero();
    assertThat(set.pixel(0, 0, 0, 1) & 0xFF).isEqualTo(255);
    assertThat(set.pixel(0, 0, 0, 2) & 0xFF).isEqualTo(165); // 1.297 / 2 * 255 = 165.4
    assertThat(set.pixel(1, 0, 0, 2) & 0xFF).isEqualTo(7); // 0.052 / 2 * 255 = 6.6
    assertThat(set.pixel(1, 0, 15, 15) & 0xFF).isEqualTo(128); // 127.5, to even
  }

  @Test
  void libsvmLinesCountLabelsAndIndicesFromOne() throws IOException {
    ImageSet set = DigitLines.uspsLibsvm("USPS", text("10 1:-1 18:1\n1 256:0.5\n"));

    assertThat(set.labels()).containsExactly(9, 0);
    assertThat(set.pixel(0, 0, 0, 0) & 0xFF).isZero();
    assertThat(set.pixel(0, 0, 1, 1) & 0xFF).isEqualTo(255);
    assertThat(set.pixel(0, 0, 0, 1) & 0xFF).isEqualTo(128); // left out: 0
    assertThat(set.pixel(1, 0, 15, 15) & 0xFF).isEqualTo(191); // 1.5 / 2 * 255 = 191.25
  }

  @Test
  void optdigitsLinesEndWithTheLabel() throws IOException {
    ImageSet set = DigitLines.optdigits("optdigits", text("0,16,5" + ",0".repeat(61) + ",7\n"));

    assertThat(set.labels()).containsExactly(7);
    assertThat(set.pixel(0, 0, 0, 1) & 0xFF).isEqualTo(255);
    assertThat(set.pixel(0, 0, 0, 2) & 0xFF).isEqualTo(80); // 5 / 16 * 255 = 79.7
  }

  @Test
  void wrongLinesAreNamedByNumber() throws IOException {
    String good = "1" + " 0".repeat(256) + "\n";
    assertThatThrownBy(() -> DigitLines.usps("USPS", text(good + "1 0 0\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("line 2: expected a label and 256 values, found 3 words");
    assertThatThrownBy(() -> DigitLines.usps("USPS", text("1 x" + " 0".repeat(255))))
        .hasMessageContaining("line 1: expected a number, found 'x'");
    assertThatThrownBy(() -> DigitLines.usps("USPS", text("1 1.5" + " 0".repeat(255))))
        .hasMessageContaining("a value from -1.0 to 1.0, found 1.5");
    assertThatThrownBy(() -> DigitLines.usps("USPS", text("1 NaN" + " 0".repeat(255))))
        .hasMessageContaining("found NaN");
    assertThatThrownBy(() -> DigitLines.usps("USPS", text("1.5" + " 0".repeat(256))))
        .hasMessageContaining("a whole number as label, found 1.5");
    assertThatThrownBy(() -> DigitLines.uspsLibsvm("USPS", text("0 1:1")))
        .hasMessageContaining("a label from 1 to 10, found 0");
    assertThatThrownBy(() -> DigitLines.uspsLibsvm("USPS", text("1 257:1")))
        .hasMessageContaining("indices from 1 to 256, found 257:1");
    assertThatThrownBy(() -> DigitLines.uspsLibsvm("USPS", text("1 3:1 2:1")))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> DigitLines.usps("USPS", text("7".repeat(20_000))))
        .hasMessageContaining("a line of at most 16384 characters");
    assertThatThrownBy(() -> DigitLines.usps("USPS", text("\n")))
        .hasMessageContaining("at least one line");
  }
}
