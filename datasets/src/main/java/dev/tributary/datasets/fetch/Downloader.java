package dev.tributary.datasets.fetch;

import dev.tributary.datasets.Checksum;
import dev.tributary.datasets.Download;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Downloads files over HTTP: goes on where an interrupted download stopped, tries the mirrors in
 * turn, checks the checksum, and only then gives the file its name, so that a file under its own
 * name is always whole.
 *
 * <p>A file of the wrong checksum is kept as {@code NAME.corrupt} for a look at what came.
 */
public final class Downloader implements AutoCloseable {
  private final HttpClient client;
  private final int attempts;
  private final Duration pause;
  private final Duration stall;

  /**
   * With limits of one's own.
   *
   * @param attempts requests to one mirror before the next is tried, &ge; 1
   * @param pause between two of them, growing with each
   * @param stall give up a request when nothing has come for this long
   */
  public Downloader(int attempts, Duration pause, Duration stall) {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be >= 1, got " + attempts);
    }
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    this.attempts = attempts;
    this.pause = pause;
    this.stall = stall;
  }

  /** Four attempts a mirror, two seconds apart and more; gives up after a minute of silence. */
  public Downloader() {
    this(4, Duration.ofSeconds(2), Duration.ofMinutes(1));
  }

  /**
   * Downloads a file into a folder, which is made if need be.
   *
   * @return the whole, checked file
   * @throws FetchException when no mirror gives it, or it cannot be written
   * @throws InterruptedException when interrupted; what has come is kept for the next time
   */
  public Path download(Download download, Path folder, FetchListener listener)
      throws IOException, InterruptedException {
    makeFolder(folder);
    Transfer transfer = new Transfer(client, stall, listener, download.fileName(), folder);
    List<String> failures = new ArrayList<>();
    for (URI mirror : download.mirrors()) {
      if (fromMirror(mirror, download, transfer, listener, failures)) {
        Path target = folder.resolve(download.fileName());
        Files.move(
            transfer.part(),
            target,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        transfer.partMoved();
        return target;
      }
    }
    throw new FetchException(
        "%s could not be downloaded:%n  %s%nwhat has come is kept, run it again to go on; or get the file yourself and put it into %s"
            .formatted(download.fileName(), String.join("%n  ".formatted(), failures), folder));
  }

  private boolean fromMirror(
      URI mirror,
      Download download,
      Transfer transfer,
      FetchListener listener,
      List<String> failures)
      throws IOException, InterruptedException {
    for (int attempt = 1; attempt <= attempts; attempt++) {
      boolean again;
      String problem;
      try {
        boolean resumed = transfer.run(mirror);
        String wrong = checksumProblem(download, transfer);
        if (wrong.isEmpty()) {
          return true;
        }
        problem = wrong;
        // A stale part may be to blame; a file that came in one piece comes no better again.
        again = resumed;
      } catch (FetchException e) {
        throw e;
      } catch (Transfer.StatusException e) {
        problem = String.valueOf(e.getMessage());
        again = e.passing();
      } catch (IOException e) {
        if (Thread.interrupted()) {
          // The HTTP client wraps an interruption of a read.
          throw new InterruptedException("the download of " + download.fileName() + " was stopped");
        }
        problem = e.toString();
        again = true;
      }
      String line = "%s (attempt %d): %s".formatted(mirror, attempt, problem);
      failures.add(line);
      listener.message(line);
      if (!again) {
        return false;
      }
      if (attempt < attempts) {
        Thread.sleep(pause.multipliedBy(attempt));
      }
    }
    return false;
  }

  /** Empty when the checksum is right or unknown; else the part is moved aside. */
  private static String checksumProblem(Download download, Transfer transfer) throws IOException {
    if (download.checksum().isEmpty()) {
      return "";
    }
    Checksum expected = download.checksum().get();
    String found = expected.of(transfer.part());
    if (found.equals(expected.hex())) {
      return "";
    }
    Path aside = transfer.part().resolveSibling(download.fileName() + ".corrupt");
    Files.move(transfer.part(), aside, StandardCopyOption.REPLACE_EXISTING);
    transfer.partMoved();
    return "expected %s, got %s (kept as %s)".formatted(expected, found, aside);
  }

  private static void makeFolder(Path folder) throws FetchException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FetchException(
          "cannot make the folder %s (%s); choose another --data DIR".formatted(folder, e), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
