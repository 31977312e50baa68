package dev.tributary.datasets.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How folders {@code domain/class/image} become a set.
 *
 * @param height rows that every image is resized to, &ge; 1
 * @param width columns that every image is resized to, &ge; 1
 * @param classes names of the classes in the order of their labels
 * @param aliases other names of class folders, such as {@code back_pack} for {@code backpack}
 */
public record FolderLayout(
    int height, int width, List<String> classes, Map<String, String> aliases) {

  /**
   * Copies the collections and checks them.
   *
   * @throws IllegalArgumentException when an alias stands for no class or the size is not positive
   */
  public FolderLayout {
    classes = List.copyOf(classes);
    aliases = Map.copyOf(aliases);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images must be resized to at least 1 x 1, got " + height + " x " + width);
    }
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("a folder layout must name at least one class");
    }
    for (Map.Entry<String, String> alias : aliases.entrySet()) {
      if (!classes.contains(alias.getValue())) {
        throw new IllegalArgumentException(
            "the alias %s stands for %s, which is none of the classes %s"
                .formatted(alias.getKey(), alias.getValue(), classes));
      }
    }
  }

  /**
   * The ten classes that Office-31 and Caltech-256 share, in the order of their labels; class
   * folders may have Office-31's names, {@code back_pack} and {@code laptop_computer}.
   *
   * @param side rows and columns that images are resized to
   */
  public static FolderLayout officeCaltech(int side) {
    return new FolderLayout(
        side,
        side,
        List.of(
            "backpack",
            "bike",
            "calculator",
            "headphones",
            "keyboard",
            "laptop",
            "monitor",
            "mouse",
            "mug",
            "projector"),
        Map.of("back_pack", "backpack", "laptop_computer", "laptop"));
  }

  /** The label of a class folder. */
  int label(Path folder) throws DataFormatException {
    String name = String.valueOf(folder.getFileName());
    int label = classes.indexOf(aliases.getOrDefault(name, name));
    if (label < 0) {
      throw new DataFormatException(
          folder,
          "folder name",
          "one of the classes " + String.join(", ", classes),
          name,
          "rename the folder, move it away, or name an alias for it");
    }
    return label;
  }
}
