package dev.tributary.datasets.format;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The cropped digits of SVHN (Netzer et al., 2011): a MATLAB file of {@code X}, bytes [32, 32, 3,
 * N], and {@code y}, N labels 1 to 10, where 10 is the digit 0.
 */
public final class StreetNumbers {
  private StreetNumbers() {}

  /**
   * Reads a file as RGB images in [0, 1] ({@link Scaling#UNIT}); the class is the digit.
   *
   * @param name what reports call the set
   * @throws DataFormatException when the file is no such file
   */
  public static ImageSet read(String name, Path file) throws IOException {
    Map<String, MatArray> variables = MatFormat.read(file, Set.of("X", "y"));
    MatArray pixels = require(variables, "X");
    MatArray digits = require(variables, "y");
    Shape shape = pixels.shape();
    if (!pixels.stored8Bit() || shape.rank() != 4 || shape.axis(2) != 3) {
      throw wrong(file, "X", "bytes [height, width, 3, images]", shape.toString());
    }
    int count = shape.axis(3);
    if (digits.shape().size() != count) {
      throw wrong(file, "y", count + " labels, one for each image", digits.shape().toString());
    }
    int height = shape.axis(0);
    int width = shape.axis(1);
    int[] labels = new int[count];
    ClassRange range = new ClassRange(10, 1);
    for (int i = 0; i < count; i++) {
      // The range's classes 0 to 9 are the labels 1 to 10, which are the digits 1 to 9 and 0.
      labels[i] = (range.classOf((long) digits.at(i), file, "y of image " + i) + 1) % 10;
    }
    // The first axis is the fastest, so that each plane lies there by columns.
    byte[] planes =
        Planes.transpose(pixels.bytes(), count * 3, /* height= */ width, /* width= */ height);
    return new ImageSet(name, 3, height, width, 10, planes, labels, Scaling.UNIT);
  }

  private static MatArray require(Map<String, MatArray> variables, String name) {
    MatArray array = variables.get(name);
    if (array == null) {
      throw new IllegalStateException("MatFormat gave no " + name);
    }
    return array;
  }

  private static DataFormatException wrong(Path file, String place, String expected, String found) {
    return new DataFormatException(file, "variable " + place, expected, found, SourceFile.REMEDY);
  }
}
