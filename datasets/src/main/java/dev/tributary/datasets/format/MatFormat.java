package dev.tributary.datasets.format;

import dev.tributary.engine.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.InflaterInputStream;

/**
 * MATLAB's level-5 files (MAT-File Format, version 5): a header of 128 bytes, then elements of a
 * type, a length and data, in the byte order that the header names. A variable is an element of
 * type 14, or one of type 15 that holds a compressed one.
 *
 * <p>Only real, full numeric arrays are read: no text, cells, structures, complex or sparse arrays,
 * and not the HDF5 files of version 7.3. Variables that nobody asked for are skipped.
 */
public final class MatFormat {
  private static final int HEADER = 128;
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;
  private static final int UINT32 = 6;
  private static final int INT32 = 5;

  /** The classes of arrays: 6 is double, 7 single, 8 to 15 integers of 8 to 64 bits. */
  private static final int FIRST_NUMERIC = 6;

  private static final int LAST_NUMERIC = 15;
  private static final int COMPLEX = 0x0800;
  private static final int MOST_AXES = 32;

  private final Set<String> wanted;
  private final Map<String, MatArray> found = new TreeMap<>();
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  private MatFormat(Set<String> wanted) {
    this.wanted = wanted;
  }

  /**
   * Reads the variables of these names.
   *
   * @throws DataFormatException when the file is no level-5 file or damaged, or a variable is
   *     missing or no real numeric array
   */
  public static Map<String, MatArray> read(Path file, Set<String> names) throws IOException {
    MatFormat reader = new MatFormat(names);
    try (SourceFile source = SourceFile.open(file)) {
      reader.header(source);
      while (!source.atEnd() && !reader.found.keySet().containsAll(names)) {
        reader.element(source);
      }
    }
    for (String name : names) {
      if (!reader.found.containsKey(name)) {
        throw new DataFormatException(
            file, "whole file", "a variable " + name, "none of that name", SourceFile.REMEDY);
      }
    }
    return Map.copyOf(reader.found);
  }

  private void header(SourceFile source) throws IOException {
    byte[] header = source.read(HEADER, "the header of a MATLAB file");
    String mark = new String(header, 126, 2, StandardCharsets.US_ASCII);
    order = mark.equals("MI") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int version = ByteBuffer.wrap(header).order(order).getShort(124);
    if ((!mark.equals("IM") && !mark.equals("MI")) || version != 0x0100) {
      throw source.wrong(
          "byte 124",
          "version 1.0 of MATLAB's level 5 and a byte order, 00 01 49 4d or 01 00 4d 49",
          "%02x %02x %02x %02x (MATLAB 7.3 writes HDF5; save with -v7)"
              .formatted(header[124], header[125], header[126], header[127]));
    }
  }

  /** What comes before an element's data; data of up to four bytes may lie in it. */
  private static final class Tag {
    private final int type;
    private final long length;
    private final byte[] small;

    Tag(int type, long length, byte[] small) {
      this.type = type;
      this.length = length;
      this.small = small;
    }

    /** Bytes from the data's end to the next element of a variable. */
    long padding() {
      return small.length > 0 ? 0 : -length & 7;
    }
  }

  private void element(SourceFile source) throws IOException {
    Tag tag = tag(source, "an element");
    switch (tag.type) {
      case COMPRESSED -> {
        PartStream part = new PartStream(source, tag.length);
        try (SourceFile inner =
            SourceFile.member(
                source.file(), "compressed element", new InflaterInputStream(part), tag.length)) {
          Tag variable = tag(inner, "a variable");
          if (variable.type != MATRIX) {
            throw inner.wrong("a variable, type 14", "type " + variable.type);
          }
          variable(inner, variable.length);
        }
        part.skipRest();
      }
      case MATRIX -> {
        long end = source.offset() + tag.length;
        variable(source, tag.length);
        skip(source, end - source.offset());
      }
      default -> skip(source, tag.length + tag.padding());
    }
  }

  private Tag tag(SourceFile source, String what) throws IOException {
    ByteBuffer tag = ByteBuffer.wrap(source.read(8, "the tag of " + what)).order(order);
    int first = tag.getInt();
    int smallLength = first >>> 16;
    if (smallLength == 0) {
      return new Tag(first, tag.getInt() & 0xFFFF_FFFFL, new byte[0]);
    }
    if (smallLength > 4) {
      throw source.wrong("a small element of at most 4 bytes", smallLength + " bytes");
    }
    return new Tag(
        first & 0xFFFF, smallLength, Arrays.copyOfRange(tag.array(), 4, 4 + smallLength));
  }

  /** A variable's own elements: flags, lengths of axes, name, numbers. */
  private void variable(SourceFile source, long length) throws IOException {
    long end = source.offset() + length;
    byte[] flags = data(source, UINT32, "array flags", end);
    int word = flags.length < 4 ? 0 : ByteBuffer.wrap(flags).order(order).getInt();
    int arrayClass = word & 0xFF;
    List<Integer> axes = new ArrayList<>();
    ByteBuffer lengths = ByteBuffer.wrap(data(source, INT32, "lengths of axes", end)).order(order);
    while (lengths.remaining() >= 4) {
      axes.add(lengths.getInt());
    }
    String name = new String(data(source, 1, "a name", end), StandardCharsets.US_ASCII);
    if (wanted.contains(name)) {
      if (arrayClass < FIRST_NUMERIC || arrayClass > LAST_NUMERIC || (word & COMPLEX) != 0) {
        throw source.wrong(
            name + " to be a real numeric array",
            (word & COMPLEX) != 0 ? "a complex one" : "an array of class " + arrayClass);
      }
      found.put(name, numbers(source, name, axes, end));
    }
  }

  private MatArray numbers(SourceFile source, String name, List<Integer> axes, long end)
      throws IOException {
    long size = 1;
    for (int axis : axes) {
      size = axis < 0 || size > Integer.MAX_VALUE ? Long.MAX_VALUE : size * axis;
    }
    if (axes.size() < 2 || axes.size() > MOST_AXES || size > Integer.MAX_VALUE) {
      throw source.wrong(
          name + " to have 2 to 32 axes of fewer than 2^31 elements together", axes.toString());
    }
    Tag tag = tag(source, "the numbers of " + name);
    MatArray.Type type =
        Arrays.stream(MatArray.Type.values())
            .filter(t -> t.code() == tag.type)
            .findFirst()
            .orElseThrow(() -> source.wrong("numbers of " + name, "data of type " + tag.type));
    if (tag.length != size * type.bytes()) {
      throw source.wrong(
          "%d bytes for %s %s".formatted(size * type.bytes(), name, axes), tag.length + " bytes");
    }
    byte[] bytes = body(source, tag, "the numbers of " + name, end);
    Shape shape = Shape.of(axes.stream().mapToInt(Integer::intValue).toArray());
    return new MatArray(name, shape, type, bytes, order);
  }

  private byte[] data(SourceFile source, int type, String what, long end) throws IOException {
    Tag tag = tag(source, what);
    if (tag.type != type) {
      throw source.wrong("%s, type %d".formatted(what, type), "type " + tag.type);
    }
    return body(source, tag, what, end);
  }

  private static byte[] body(SourceFile source, Tag tag, String what, long end) throws IOException {
    if (tag.small.length > 0) {
      return tag.small;
    }
    if (tag.length > end - source.offset()) {
      throw source.wrong(
          "%d bytes of %s".formatted(tag.length, what),
          "a variable that has %d left".formatted(Math.max(0, end - source.offset())));
    }
    byte[] bytes = source.read(tag.length, what);
    // The last element of a variable may go without its padding.
    skip(source, Math.min(tag.padding(), end - source.offset()));
    return bytes;
  }

  private static void skip(SourceFile source, long length) throws IOException {
    for (long left = length; left > 0; ) {
      int now = (int) Math.min(left, 1 << 16);
      source.read(now, "an element");
      left -= now;
    }
  }
}
