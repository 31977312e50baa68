package dev.tributary.datasets.format;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.engine.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * NumPy's {@code .npy} arrays (format versions 1 to 3) and {@code .npz}, a zip of them. Read are
 * u1, i4, i8 and f4, little-endian, in C order; pickled objects are refused.
 */
public final class NpyFormat {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final Pattern DESCRIPTOR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile(
          "'shape'\\s*:\\s*\\(([0-9]{0,10}(?:\\s*,\\s*[0-9]{1,10}){0,31}\\s*,?)\\s*\\)");

  private NpyFormat() {}

  /** Reads one array; the file may be gzip-compressed. */
  public static NpyArray read(Path file) throws IOException {
    try (SourceFile source = SourceFile.open(file)) {
      return read(source);
    }
  }

  /**
   * Reads every array of an archive, by its name without {@code .npy}, in the archive's order.
   *
   * @throws DataFormatException when it is no zip, or an entry is not an array that is read here
   */
  public static Map<String, NpyArray> readArchive(Path file) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        try (SourceFile source =
            SourceFile.member(
                file, entry.getName(), zip.getInputStream(entry), entry.getCompressedSize())) {
          if (!entry.getName().endsWith(".npy")) {
            throw source.wrong("only .npy entries", entry.getName());
          }
          String name = entry.getName().substring(0, entry.getName().length() - ".npy".length());
          arrays.put(name, read(source));
        }
      }
    } catch (ZipException e) {
      throw new DataFormatException(
          file,
          "the archive",
          "a zip of arrays",
          String.valueOf(e.getMessage()),
          SourceFile.REMEDY);
    }
    return arrays;
  }

  /**
   * Two arrays as images in [0, 1] ({@link Scaling#UNIT}).
   *
   * @param name what reports call the set
   * @param file where the arrays come from, for messages
   * @param images u1, [N, H, W] or [N, H, W, C] with 1 or 3 channels last
   * @param labels integers, [N] or [N, 1]
   * @param range the labels that may occur
   */
  public static ImageSet images(
      String name, Path file, NpyArray images, NpyArray labels, ClassRange range)
      throws IOException {
    Shape shape = images.shape();
    int channels = shape.rank() == 4 ? shape.axis(3) : 1;
    boolean areImages =
        (shape.rank() == 3 || shape.rank() == 4)
            && (channels == 1 || channels == 3)
            && images.type() == NpyArray.Type.U8;
    if (!areImages || shape.size() == 0) {
      throw new DataFormatException(
          file,
          "the images' array",
          "u1 [N, H, W] or [N, H, W, 1 or 3]",
          images.type().descriptor() + " " + shape,
          "check which array of the file holds the images");
    }
    int count = shape.axis(0);
    boolean areLabels =
        labels.type() != NpyArray.Type.F32
            && labels.shape().rank() >= 1
            && labels.shape().axis(0) == count
            && labels.shape().size() == count;
    if (!areLabels) {
      throw new DataFormatException(
          file,
          "the labels' array",
          "integers [" + count + "]",
          labels.type().descriptor() + " " + labels.shape(),
          "check which array of the file holds the labels");
    }
    long[] raw = labels.toLongs();
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = range.classOf(raw[i], file, "label " + i);
    }
    int height = shape.axis(1);
    int width = shape.axis(2);
    byte[] planes = Planes.fromInterleaved(images.data(), count, height, width, channels);
    return new ImageSet(
        name, channels, height, width, range.classes(), planes, indices, Scaling.UNIT);
  }

  private static NpyArray read(SourceFile source) throws IOException {
    byte[] start = source.read(8, "the .npy header");
    if (!Arrays.equals(MAGIC, Arrays.copyOf(start, MAGIC.length))) {
      throw source.wrong("byte 0", "the start of an .npy file, 93 NUMPY", "other bytes");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw source.wrong("byte 6", ".npy version 1 to 3", String.valueOf(version));
    }
    byte[] lengthBytes = source.read(version == 1 ? 2 : 4, "the header's length");
    long length = 0;
    for (int i = lengthBytes.length - 1; i >= 0; i--) {
      length = (length << 8) | (lengthBytes[i] & 0xFF);
    }
    if (length > LONGEST_HEADER) {
      throw source.wrong("a header of at most " + LONGEST_HEADER + " bytes", length + " bytes");
    }
    String header =
        new String(source.read(length, "the header"), StandardCharsets.ISO_8859_1).strip();
    NpyArray.Type type = type(source, header);
    Shape shape = shape(source, header);
    byte[] data = source.read((long) shape.size() * type.bytes(), "data " + shape);
    source.expectEnd();
    return new NpyArray(type, shape, data);
  }

  private static NpyArray.Type type(SourceFile source, String header) throws IOException {
    String descriptor = field(source, header, DESCRIPTOR, "descr");
    for (NpyArray.Type type : NpyArray.Type.values()) {
      if (type.descriptor().equals(descriptor)
          || (type == NpyArray.Type.U8 && descriptor.equals("<u1"))) {
        return type;
      }
    }
    String known =
        Stream.of(NpyArray.Type.values())
            .map(NpyArray.Type::descriptor)
            .collect(Collectors.joining(", "));
    throw source.wrong("header", "a type out of " + known, "'" + descriptor + "'");
  }

  private static Shape shape(SourceFile source, String header) throws IOException {
    if (!field(source, header, ORDER, "fortran_order").equals("False")) {
      throw source.wrong(
          "header", "C order (save with numpy.ascontiguousarray)", "fortran_order: True");
    }
    String[] words =
        Stream.of(field(source, header, SHAPE, "shape").split(","))
            .map(String::strip)
            .filter(word -> !word.isEmpty())
            .toArray(String[]::new);
    long[] lengths = Stream.of(words).mapToLong(Long::parseLong).toArray();
    try {
      return Shape.of(lengths);
    } catch (IllegalArgumentException e) {
      throw source.wrong("header", "a shape of fewer than 2^31 elements", Arrays.toString(lengths));
    }
  }

  private static String field(SourceFile source, String header, Pattern pattern, String name)
      throws IOException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw source.wrong("header", "the field '" + name + "'", header);
    }
    return matcher.group(1);
  }
}
