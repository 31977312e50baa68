package dev.tributary.datasets.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request for one file, appended to the part that an earlier request left.
 *
 * <p>Beside {@code NAME.part} lies {@code NAME.part.from}: the address and the validator (ETag or
 * date) that the server gave for these bytes. They are sent back as {@code If-Range}, so that bytes
 * of two versions of a file are never joined.
 */
final class Transfer {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final Pattern UNSATISFIED = Pattern.compile("bytes \\*/(\\d+)");

  private final HttpClient client;
  private final Duration stall;
  private final FetchListener listener;
  private final String name;
  private final Path part;
  private final Path from;

  Transfer(HttpClient client, Duration stall, FetchListener listener, String name, Path folder) {
    this.client = client;
    this.stall = stall;
    this.listener = listener;
    this.name = name;
    this.part = folder.resolve(name + ".part");
    this.from = folder.resolve(name + ".part.from");
  }

  Path part() {
    return part;
  }

  /**
   * Asks for what is missing of the part, or for everything.
   *
   * @return whether earlier bytes were kept
   * @throws StatusException when the server refuses
   * @throws FetchException when the bytes cannot be written here; trying again does not help
   * @throws IOException when the transfer breaks; what has come is kept
   */
  boolean run(URI address) throws IOException, InterruptedException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    Optional<String> validator = have > 0 ? validatorFrom(address) : Optional.empty();
    if (validator.isEmpty()) {
      have = 0;
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).header("User-Agent", "tributary").timeout(stall);
    if (validator.isPresent()) {
      request.header("Range", "bytes=" + have + "-").header("If-Range", validator.get());
    }
    HttpResponse<InputStream> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      return switch (response.statusCode()) {
        case 200 -> {
          remember(address, response);
          long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
          receive(body, 0, length);
          yield false;
        }
        case 206 -> {
          receive(body, have, wholeLength(response, have));
          yield true;
        }
        case 416 -> {
          if (lengthUnsatisfied(response) != have) {
            forget();
            throw new IOException("the part did not fit the server's file; starting anew");
          }
          yield true;
        }
        default -> throw new StatusException(response.statusCode());
      };
    }
  }

  /** Removes the part and what is known of it. */
  void forget() throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(from);
  }

  /** Removes what is known of the part, when the part itself has been moved. */
  void partMoved() throws IOException {
    Files.deleteIfExists(from);
  }

  private Optional<String> validatorFrom(URI address) throws IOException {
    if (!Files.exists(from)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(from);
    return lines.size() == 2 && lines.getFirst().equals(address.toString())
        ? Optional.of(lines.getLast())
        : Optional.empty();
  }

  private void remember(URI address, HttpResponse<?> response) throws FetchException {
    Optional<String> validator =
        response
            .headers()
            .firstValue("ETag")
            .filter(tag -> !tag.startsWith("W/"))
            .or(() -> response.headers().firstValue("Last-Modified"));
    try {
      if (validator.isPresent()) {
        Files.write(from, List.of(address.toString(), validator.get()));
      } else {
        Files.deleteIfExists(from);
      }
    } catch (IOException e) {
      throw cannotWrite(from, -1, e);
    }
  }

  private static long wholeLength(HttpResponse<?> response, long have) throws IOException {
    String range = response.headers().firstValue("Content-Range").orElse("");
    Matcher matcher = CONTENT_RANGE.matcher(range);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) != have) {
      throw new IOException(
          "asked to go on at byte %d, the server answered with range '%s'".formatted(have, range));
    }
    return matcher.group(2).equals("*") ? -1 : Long.parseLong(matcher.group(2));
  }

  private static long lengthUnsatisfied(HttpResponse<?> response) {
    Matcher matcher =
        UNSATISFIED.matcher(response.headers().firstValue("Content-Range").orElse(""));
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private void receive(InputStream body, long start, long total)
      throws IOException, InterruptedException {
    checkRoom(total - start);
    AtomicLong heard = new AtomicLong(System.nanoTime());
    AtomicBoolean stalled = new AtomicBoolean();
    Thread watchdog = Thread.ofVirtual().start(() -> watch(body, heard, stalled));
    long done = start;
    try (FileChannel out = open()) {
      truncate(out, start);
      byte[] buffer = new byte[1 << 16];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        heard.set(System.nanoTime());
        write(out, ByteBuffer.wrap(buffer, 0, read), total);
        done += read;
        listener.progress(name, done, total);
      }
      force(out, total);
    } catch (FetchException e) {
      throw e;
    } catch (IOException e) {
      throw stalled.get() ? new IOException("nothing came for " + stall.toSeconds() + " s", e) : e;
    } finally {
      watchdog.interrupt();
    }
    if (done < total) {
      throw new IOException("the transfer ended after %d of %d bytes".formatted(done, total));
    }
  }

  /** Closes the body when nothing has come for too long: a read of it has no time limit itself. */
  private void watch(InputStream body, AtomicLong heard, AtomicBoolean stalled) {
    try {
      while (true) {
        Thread.sleep(stall.dividedBy(4));
        if (System.nanoTime() - heard.get() > stall.toNanos()) {
          stalled.set(true);
          body.close();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      stalled.set(true);
    }
  }

  private void checkRoom(long needed) throws IOException {
    long free = Files.getFileStore(part.toAbsolutePath().getParent()).getUsableSpace();
    if (needed > free) {
      throw new FetchException(
          "%s needs %d MB more, but the disk of %s has %d MB free; make room or choose another --data DIR"
              .formatted(name, megabytes(needed), part.getParent(), megabytes(free)));
    }
  }

  private FileChannel open() throws FetchException {
    try {
      return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw cannotWrite(part, -1, e);
    }
  }

  private void truncate(FileChannel out, long start) throws FetchException {
    try {
      out.truncate(start).position(start);
    } catch (IOException e) {
      throw cannotWrite(part, -1, e);
    }
  }

  private void write(FileChannel out, ByteBuffer bytes, long total) throws FetchException {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(part, total, e);
    }
  }

  private void force(FileChannel out, long total) throws FetchException {
    try {
      out.force(true);
    } catch (IOException e) {
      throw cannotWrite(part, total, e);
    }
  }

  private static FetchException cannotWrite(Path file, long total, IOException cause) {
    return new FetchException(
        "cannot write %s (%s)%s; make room, check its permissions, or choose another --data DIR"
            .formatted(
                file, cause, total > 0 ? ", the whole file has " + megabytes(total) + " MB" : ""),
        cause);
  }

  private static long megabytes(long bytes) {
    return (bytes + 999_999) / 1_000_000;
  }

  /** The server answered with something other than the file. */
  static final class StatusException extends IOException {
    private static final long serialVersionUID = 1;
    private final int status;

    StatusException(int status) {
      super("HTTP status " + status);
      this.status = status;
    }

    /** Whether the same request may succeed later. */
    boolean passing() {
      return status >= 500 || status == 429 || status == 408;
    }
  }
}
