package dev.tributary.datasets.format;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Images in folders, {@code domain/class/*.png|jpg|jpeg}, one domain a folder, in the order of
 * their paths. Every image becomes RGB of one size (see {@link ImageSet#resize}; aspect is not
 * kept).
 *
 * <p>JPEGs are decoded by the JDK, whose results may differ from other decoders' by a few levels.
 * Hidden files and folders are skipped; any other file that is no image is an error.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /** The domain folders below {@code root}, by name. */
  public static List<Path> domains(Path root) throws IOException {
    return children(root, true);
  }

  /** The names of all class folders below these domains, sorted, each once. */
  public static List<String> classNames(List<Path> domains) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path domain : domains) {
      for (Path folder : children(domain, true)) {
        names.add(String.valueOf(folder.getFileName()));
      }
    }
    return names.stream().distinct().sorted().toList();
  }

  /**
   * Reads one domain as RGB images in [0, 1] ({@link Scaling#UNIT}).
   *
   * @param name what reports call the set
   * @param domain the folder that holds a folder per class
   * @throws DataFormatException when a folder is no class, a file no image, or nothing is there
   */
  public static ImageSet read(String name, Path domain, FolderLayout layout) throws IOException {
    return read(name, List.of(domain), layout);
  }

  /** {@link #read(String, Path, FolderLayout)} of several domains, one after the other. */
  static ImageSet read(String name, List<Path> domains, FolderLayout layout) throws IOException {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    List<Integer> labels = new ArrayList<>();
    for (Path domain : domains) {
      int before = labels.size();
      for (Path folder : children(domain, true)) {
        int label = layout.label(folder);
        for (Path file : children(folder, false)) {
          pixels.write(image(file).resized(layout.height(), layout.width()));
          labels.add(label);
        }
      }
      if (labels.size() == before) {
        throw new DataFormatException(
            domain,
            "folder",
            "folders of classes with images in them",
            "none",
            "put images into " + domain.resolve(layout.classes().getFirst()) + " and so on");
      }
    }
    return new ImageSet(
        name,
        3,
        layout.height(),
        layout.width(),
        layout.classes().size(),
        pixels.toByteArray(),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        Scaling.UNIT);
  }

  private static RasterImage image(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".jpg") && !name.endsWith(".jpeg")) {
      throw new DataFormatException(
          file, "file name", "a .png, .jpg or .jpeg", name, "move it out of the image folders");
    }
    return RasterImage.read(file);
  }

  private static List<Path> children(Path folder, boolean directories) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> !String.valueOf(child.getFileName()).startsWith("."))
          .filter(child -> Files.isDirectory(child) == directories)
          .sorted()
          .toList();
    }
  }
}
