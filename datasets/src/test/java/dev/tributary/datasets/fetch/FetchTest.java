package dev.tributary.datasets.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.Checksum;
import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataFormat;
import dev.tributary.datasets.DataLayout;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.Download;
import dev.tributary.datasets.Download.Packaging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchTest {
  private static final byte[] IMAGES = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 77};
  private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 1, 3};

  @TempDir Path root;
  private FileServer server;
  private Downloader downloader;

  @BeforeEach
  void start() throws IOException {
    server = new FileServer();
    downloader = new Downloader(1, Duration.ofMillis(1), Duration.ofSeconds(10));
  }

  @AfterEach
  void stop() {
    downloader.close();
    server.close();
  }

  private DataSet set(List<Download> downloads, Map<String, Checksum> contents) {
    DataLayout layout =
        new DataLayout(DataFormat.IDX, List.of("images", "labels"), List.of(), contents);
    return new DataSet(
        "tiny", "Tiny", 10, 1, 0, "tests", "free for tests", downloads, List.of(layout));
  }

  private Download archive(String name, byte[] bytes, Packaging packaging) {
    server.serve("/" + name, bytes);
    return new Download(
        name,
        List.of(server.address("/" + name)),
        Optional.of(DownloaderTest.md5(bytes)),
        packaging,
        List.of("deep/images", "deep/labels"));
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.contains("labels") ? LABELS : IMAGES);
      }
    }
    return bytes.toByteArray();
  }

  /** A POSIX tar archive by hand: header of 512 bytes, contents padded to 512, two zero blocks. */
  private static byte[] tarGz(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (String name : names) {
        byte[] content = name.contains("labels") ? LABELS : IMAGES;
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 124, "%011o".formatted(content.length));
        put(header, 148, "        ");
        header[156] = '0';
        put(header, 257, "ustar");
        int sum = 0;
        for (byte b : header) {
          sum += b & 0xFF;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        gzip.write(header);
        gzip.write(content);
        gzip.write(new byte[512 - content.length]);
      }
      gzip.write(new byte[1024]);
    }
    return bytes.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private DataStatus fetch(DataSet set) throws IOException, InterruptedException {
    return new Fetch(downloader, new DataDirectory(root, "--data"))
        .fetch(set, FetchListener.silent());
  }

  private void expectFiles() throws IOException {
    try (var files = Files.walk(root).filter(Files::isRegularFile)) {
      assertThat(files)
          .containsExactlyInAnyOrder(root.resolve("tiny/images"), root.resolve("tiny/labels"));
    }
    assertThat(root.resolve("tiny/images")).hasBinaryContent(IMAGES);
    assertThat(root.resolve("tiny/labels")).hasBinaryContent(LABELS);
  }

  @Test
  void plainFilesAreFetchedOnceWithTheTermsSaid() throws Exception {
    server.serve("/images", IMAGES);
    server.serve("/labels", LABELS);
    String base = server.address("/").toString();
    DataSet set =
        set(
            List.of(
                Download.plain("images", Optional.empty(), base),
                Download.plain("labels", Optional.empty(), base)),
            Map.of());
    List<String> lines = new ArrayList<>();
    FetchListener listener =
        new FetchListener() {
          @Override
          public void progress(String file, long done, long total) {}

          @Override
          public void message(String line) {
            lines.add(line);
          }
        };
    Fetch fetch = new Fetch(downloader, new DataDirectory(root, "--data"));

    assertThat(fetch.fetch(set, listener)).isInstanceOf(DataStatus.Present.class);
    assertThat(fetch.fetch(set, listener)).isInstanceOf(DataStatus.Present.class);

    assertThat(lines).containsExactly("Tiny, terms: free for tests");
    assertThat(server.ranges).hasSize(2);
    expectFiles();
  }

  @Test
  void zipAndTarArchivesAreUnpackedAndRemoved() throws Exception {
    assertThat(
            fetch(
                set(
                    List.of(
                        archive("a.zip", zip("deep/images", "x", "deep/labels"), Packaging.ZIP)),
                    Map.of())))
        .isInstanceOf(DataStatus.Present.class);
    expectFiles();
    Files.delete(root.resolve("tiny/images"));
    assertThat(
            fetch(
                set(
                    List.of(
                        archive(
                            "a.tar.gz",
                            tarGz("other", "deep/images", "deep/labels"),
                            Packaging.TAR_GZ)),
                    Map.of())))
        .isInstanceOf(DataStatus.Present.class);
    expectFiles();
  }

  @Test
  void entriesThatPointElsewhereWriteNothing() throws Exception {
    fetch(
        set(
            List.of(
                archive("a.zip", zip("../../evil", "deep/images", "deep/labels"), Packaging.ZIP)),
            Map.of()));
    expectFiles();
    Files.delete(root.resolve("tiny/images"));
    fetch(
        set(
            List.of(
                archive(
                    "a.tar.gz",
                    tarGz("../../evil", "/evil", "deep/images", "deep/labels"),
                    Packaging.TAR_GZ)),
            Map.of()));
    expectFiles();
    assertThat(root.resolveSibling("evil")).doesNotExist();
  }

  @Test
  void archivesThatLackAMemberOrAreDamagedAreTold() throws Exception {
    DataSet lacking =
        set(List.of(archive("a.tar.gz", tarGz("deep/images"), Packaging.TAR_GZ)), Map.of());
    assertThatThrownBy(() -> fetch(lacking))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("lacks deep/labels");
    byte[] whole = tarGz("deep/images", "deep/labels");
    DataSet cut =
        set(
            List.of(archive("b.tar.gz", Arrays.copyOf(whole, whole.length - 30), Packaging.TAR_GZ)),
            Map.of());
    assertThatThrownBy(() -> fetch(cut))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("is damaged");
    DataSet noZip = set(List.of(archive("c.zip", IMAGES, Packaging.ZIP)), Map.of());
    assertThatThrownBy(() -> fetch(noZip))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void setsWithoutAddressesSayWhatToDo() {
    assertThatThrownBy(() -> fetch(DataSets.named("synthstreet")))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("no official address")
        .hasMessageContaining("put synthstreet-train-images-idx4-ubyte");
  }

  @Test
  void verifyFindsDamageAndForeignContents() throws Exception {
    Path folder = Files.createDirectories(root.resolve("tiny"));
    DataDirectory data = new DataDirectory(root, "--data");
    // sha256sum of the bytes of IMAGES
    Checksum known =
        Checksum.sha256("02ca1e51e2950bca6d2bed7d47c44a1a55a537eb2ea22a38ea2c6589de906c4b");
    DataSet set = set(List.of(), Map.of("images", known));
    assertThat(Verification.verify(set, data)).isInstanceOf(DataStatus.Missing.class);

    Files.write(folder.resolve("images"), IMAGES);
    Files.write(folder.resolve("labels"), LABELS);
    assertThat(Verification.verify(set, data)).isInstanceOf(DataStatus.Present.class);

    Files.write(folder.resolve("labels"), new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 10});
    assertThat(Verification.verify(set, data))
        .isInstanceOfSatisfying(
            DataStatus.Corrupt.class,
            corrupt -> {
              assertThat(corrupt.file()).isEqualTo(folder.resolve("labels"));
              assertThat(corrupt.problem()).contains("a label from 0 to 9, found 10");
            });

    byte[] other = IMAGES.clone();
    other[16]++;
    Files.write(folder.resolve("images"), other);
    assertThat(Verification.verify(set, data))
        .isInstanceOfSatisfying(
            DataStatus.Corrupt.class,
            corrupt ->
                assertThat(corrupt.problem())
                    .contains("contents must have " + known)
                    .contains("tributary datasets fetch tiny"));
  }
}
