package dev.tributary.datasets.fetch;

import dev.tributary.datasets.Download;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Takes named files out of an archive. Only the entries asked for are written, each under the last
 * part of its name in one folder, so no entry can write anywhere else.
 */
final class Archive {
  private Archive() {}

  /**
   * Extracts {@code download.members()}; a file gets its name only when it is whole.
   *
   * @throws FetchException when the archive is damaged or lacks a member
   */
  static void extract(Path archive, Download download, Path folder) throws IOException {
    List<String> missing = new ArrayList<>(download.members());
    try {
      switch (download.packaging()) {
        case ZIP -> zip(archive, missing, folder);
        case TAR_GZ -> tar(archive, missing, folder);
        case PLAIN ->
            throw new IllegalArgumentException(download.fileName() + " is no archive to extract");
      }
    } catch (ZipException | EOFException e) {
      throw new FetchException(
          "%s is damaged (%s); delete it and fetch again".formatted(archive, e.getMessage()), e);
    }
    if (!missing.isEmpty()) {
      throw new FetchException(
          "%s lacks %s; it may be another version of the archive, delete it and fetch again"
              .formatted(archive, String.join(", ", missing)));
    }
  }

  private static void zip(Path archive, List<String> missing, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (String member : List.copyOf(missing)) {
        ZipEntry entry = zip.getEntry(member);
        if (entry != null) {
          try (InputStream in = zip.getInputStream(entry)) {
            store(in, Long.MAX_VALUE, member, folder);
          }
          missing.remove(member);
        }
      }
    }
  }

  private static void tar(Path archive, List<String> missing, Path folder) throws IOException {
    try (InputStream in =
        new BufferedInputStream(
            new GZIPInputStream(Files.newInputStream(archive), 1 << 16), 1 << 16)) {
      while (!missing.isEmpty()) {
        byte[] block = in.readNBytes(TarHeader.BLOCK);
        if (block.length < TarHeader.BLOCK || TarHeader.isEnd(block)) {
          return;
        }
        TarHeader header = TarHeader.parse(block);
        if (header.file() && missing.remove(header.name())) {
          store(in, header.size(), header.name(), folder);
        } else {
          in.skipNBytes(header.size());
        }
        in.skipNBytes(header.padding());
      }
    }
  }

  private static void store(InputStream in, long length, String member, Path folder)
      throws IOException {
    String name = member.substring(member.lastIndexOf('/') + 1);
    Path part = folder.resolve(name + ".part");
    try (FileChannel out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      copy(in, length, out);
      out.force(true);
    }
    Files.move(
        part,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copy(InputStream in, long length, FileChannel out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = length;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        if (length == Long.MAX_VALUE) {
          return;
        }
        throw new EOFException("the archive ends inside a file");
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      left -= read;
    }
  }
}
