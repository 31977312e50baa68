package dev.tributary.datasets.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.Checksum;
import dev.tributary.datasets.Download;
import dev.tributary.datasets.Download.Packaging;
import dev.tributary.engine.random.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
  @TempDir Path folder;
  private FileServer server;
  private Downloader downloader;
  private byte[] content;

  @BeforeEach
  void start() throws IOException {
    server = new FileServer();
    downloader = new Downloader(2, Duration.ofMillis(1), Duration.ofSeconds(10));
    content = new byte[300_000];
    Seeds.root(1).stream().nextBytes(content);
  }

  @AfterEach
  void stop() {
    downloader.close();
    server.close();
  }

  private Download file(URI... mirrors) {
    return new Download(
        "data.bin", List.of(mirrors), Optional.of(md5(content)), Packaging.PLAIN, List.of());
  }

  static Checksum md5(byte[] bytes) {
    try {
      return Checksum.md5(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void expectOnlyTheFile() throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("data.bin"));
    }
    assertThat(folder.resolve("data.bin")).hasBinaryContent(content);
  }

  @Test
  void aWholeFileIsDownloadedCheckedAndNamed() throws Exception {
    server.serve("/data.bin", content);
    List<Long> done = new ArrayList<>();
    FetchListener listener =
        new FetchListener() {
          @Override
          public void progress(String file, long bytes, long total) {
            assertThat(total).isEqualTo(300_000);
            done.add(bytes);
          }

          @Override
          public void message(String line) {}
        };

    Path file = downloader.download(file(server.address("/data.bin")), folder, listener);

    assertThat(file).isEqualTo(folder.resolve("data.bin"));
    assertThat(done).isSorted().endsWith(300_000L);
    expectOnlyTheFile();
  }

  @Test
  void aBrokenTransferGoesOnWhereItStopped() throws Exception {
    FileServer.Served served = server.serve("/data.bin", content);
    served.breakAfter = 100_000;
    served.breaks = 1;

    downloader.download(file(server.address("/data.bin")), folder, FetchListener.silent());

    assertThat(server.ranges).hasSize(2).first().isEqualTo("");
    assertThat(server.ranges.get(1)).matches("bytes=[1-9][0-9]*-");
    expectOnlyTheFile();
  }

  @Test
  void aLaterCallGoesOnToo() throws Exception {
    FileServer.Served served = server.serve("/data.bin", content);
    served.breakAfter = 50_000;
    served.breaks = 2;
    Download download = file(server.address("/data.bin"));
    assertThatThrownBy(() -> downloader.download(download, folder, FetchListener.silent()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("what has come is kept, run it again to go on");
    assertThat(folder.resolve("data.bin")).doesNotExist();
    assertThat(Files.size(folder.resolve("data.bin.part"))).isPositive();

    downloader.download(download, folder, FetchListener.silent());

    assertThat(server.ranges).last().asString().startsWith("bytes=");
    expectOnlyTheFile();
  }

  @Test
  void aServerThatIgnoresRangesStartsAnew() throws Exception {
    FileServer.Served served = server.serve("/data.bin", content);
    served.ranges = false;
    served.breakAfter = 100_000;
    served.breaks = 1;

    downloader.download(file(server.address("/data.bin")), folder, FetchListener.silent());

    assertThat(server.ranges.get(1)).startsWith("bytes=");
    expectOnlyTheFile();
  }

  @Test
  void aFileThatChangedMeanwhileStartsAnew() throws Exception {
    FileServer.Served served = server.serve("/data.bin", new byte[300_000]);
    served.breakAfter = 100_000;
    served.breaks = 2;
    Download download = file(server.address("/data.bin"));
    assertThatThrownBy(() -> downloader.download(download, folder, FetchListener.silent()))
        .isInstanceOf(FetchException.class);

    served.bytes = content;
    served.etag = "\"v2\"";
    downloader.download(download, folder, FetchListener.silent());

    expectOnlyTheFile();
  }

  @Test
  void aWholePartIsOnlyChecked() throws Exception {
    server.serve("/data.bin", content);
    URI address = server.address("/data.bin");
    Files.write(folder.resolve("data.bin.part"), content);
    Files.write(folder.resolve("data.bin.part.from"), List.of(address.toString(), "\"v1\""));

    downloader.download(file(address), folder, FetchListener.silent());

    assertThat(server.ranges).containsExactly("bytes=300000-");
    expectOnlyTheFile();
  }

  @Test
  void anotherMirrorHelpsWhenOneHasNothing() throws Exception {
    server.serve("/mirror/data.bin", content);

    downloader.download(
        file(server.address("/gone/data.bin"), server.address("/mirror/data.bin")),
        folder,
        FetchListener.silent());

    assertThat(server.ranges).as("a 404 is not tried twice").hasSize(2);
    expectOnlyTheFile();
  }

  @Test
  void aWrongChecksumIsTriedElsewhereAndKeptAside() throws Exception {
    byte[] other = Arrays.copyOf(content, 299_999);
    server.serve("/bad/data.bin", other);
    Download bad = file(server.address("/bad/data.bin"));
    assertThatThrownBy(() -> downloader.download(bad, folder, FetchListener.silent()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("expected " + md5(content) + ", got " + md5(other).hex())
        .hasMessageContaining("data.bin.corrupt");
    assertThat(folder.resolve("data.bin")).doesNotExist();
    assertThat(folder.resolve("data.bin.corrupt")).hasBinaryContent(other);

    server.serve("/good/data.bin", content);
    downloader.download(
        file(server.address("/bad/data.bin"), server.address("/good/data.bin")),
        folder,
        FetchListener.silent());
    assertThat(folder.resolve("data.bin")).hasBinaryContent(content);
  }

  @Test
  void everyMirrorsFailureIsInTheMessage() throws Exception {
    server.serve("/busy/data.bin", content).status = 503;
    Download download = file(server.address("/none/data.bin"), server.address("/busy/data.bin"));

    assertThatThrownBy(() -> downloader.download(download, folder, FetchListener.silent()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("/none/data.bin (attempt 1): HTTP status 404")
        .hasMessageContaining("/busy/data.bin (attempt 2): HTTP status 503")
        .hasMessageContaining("put it into " + folder);
    assertThat(server.ranges).as("a 503 is tried again").hasSize(3);
  }

  @Test
  void silenceIsGivenUp() throws Exception {
    try (var mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Downloader impatient = new Downloader(1, Duration.ofMillis(1), Duration.ofMillis(300))) {
      Thread speaker =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var socket = mute.accept();
                      socket
                          .getOutputStream()
                          .write(
                              "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"
                                  .getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      Download download = file(URI.create("http://127.0.0.1:" + mute.getLocalPort() + "/data.bin"));

      assertThatThrownBy(() -> impatient.download(download, folder, FetchListener.silent()))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("nothing came for");
      speaker.join();
    }
  }

  @Test
  void aFullDiskIsToldAtOnce() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "needs the device /dev/full");
    Files.createSymbolicLink(folder.resolve("data.bin.part"), full);
    server.serve("/data.bin", content);
    Download download = file(server.address("/data.bin"));

    assertThatThrownBy(() -> downloader.download(download, folder, FetchListener.silent()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("make room");
    assertThat(server.ranges).as("trying again does not help").hasSize(1);
  }

  @Test
  void aFolderThatCannotBeMadeIsTold() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Download download = file(server.address("/data.bin"));

    assertThatThrownBy(
            () -> downloader.download(download, file.resolve("sub"), FetchListener.silent()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("cannot make the folder")
        .hasMessageContaining("--data DIR");
  }
}
