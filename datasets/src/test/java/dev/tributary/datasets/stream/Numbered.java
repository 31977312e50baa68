package dev.tributary.datasets.stream;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.stream.IntStream;

/** Images of two pixels that carry their own number, so that a test can follow each of them. */
final class Numbered {
  private Numbered() {}

  /** Images numbered from {@code first}, [1, 1, 2], with these labels. */
  static ImageSet of(int first, int classes, int... labels) {
    byte[] pixels = new byte[2 * labels.length];
    for (int i = 0; i < labels.length; i++) {
      pixels[2 * i] = (byte) ((first + i) >> 8);
      pixels[2 * i + 1] = (byte) (first + i);
    }
    return new ImageSet("numbered", 1, 1, 2, classes, pixels, labels, Scaling.UNIT);
  }

  /** The same with random labels, each class with at least one. */
  static ImageSet random(int first, int size, int classes, long seed) {
    RandomStream random = Seeds.root(seed).child("labels", first).stream();
    return of(
        first,
        classes,
        IntStream.range(0, size).map(i -> i < classes ? i : random.nextInt(classes)).toArray());
  }

  /** The same with as many of each class. */
  static ImageSet balanced(int first, int perClass, int classes) {
    return of(
        first, classes, IntStream.range(0, perClass * classes).map(i -> i % classes).toArray());
  }

  /** The numbers of the examples, in order. */
  static int[] numbers(Examples examples) {
    float[] pixels = new float[2];
    return IntStream.range(0, examples.size())
        .map(
            i -> {
              examples.read(i, pixels, 0);
              return Math.round(255 * pixels[0]) << 8 | Math.round(255 * pixels[1]);
            })
        .toArray();
  }

  /** The labels of the examples, in order. */
  static int[] labels(Examples examples) {
    return IntStream.range(0, examples.size()).map(examples::label).toArray();
  }
}
