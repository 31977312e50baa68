package dev.tributary.datasets.preview;

import dev.tributary.datasets.stream.StreamTask;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Images of tasks, as features, ready to be drawn. The j-th of a task is of its class j modulo the
 * number of its classes, the last in time of that class, then the last but one: with as many
 * classes as images, a column is a label, and labels that drift show their new meaning.
 */
final class Samples {
  /** Images of a task. */
  static final int EACH = 10;

  private static final int SIDE = 56;

  private final Shape shape;
  private final List<List<float[]>> images;
  private final float least;
  private final float range;

  private Samples(Shape shape, List<List<float[]>> images) {
    this.shape = shape;
    this.images = images;
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (List<float[]> row : images) {
      for (float[] image : row) {
        for (float feature : image) {
          low = Math.min(low, feature);
          high = Math.max(high, feature);
        }
      }
    }
    this.least = low;
    this.range = high > low ? high - low : 1;
  }

  /** Chooses images of each task; none where examples are not [channels, height, width]. */
  static Samples of(List<StreamTask> tasks, Shape shape) {
    boolean drawn = shape.rank() == 3;
    return new Samples(
        shape, tasks.stream().map(task -> drawn ? choose(task) : List.<float[]>of()).toList());
  }

  /** Rows of an image in the picture; 0 where none are drawn. */
  int height() {
    return shape.rank() == 3 ? zoom() * shape.axis(1) : 0;
  }

  /** Columns of an image in the picture. */
  int width() {
    return shape.rank() == 3 ? zoom() * shape.axis(2) : 0;
  }

  /** Draws the images of a task side by side. */
  void draw(Picture picture, int task, int top, int left) {
    List<float[]> row = images.get(task);
    for (int j = 0; j < row.size(); j++) {
      draw(picture, row.get(j), top, left + j * (width() + 2));
    }
  }

  private void draw(Picture picture, float[] image, int top, int left) {
    int plane = shape.axis(1) * shape.axis(2);
    int zoom = zoom();
    for (int i = 0; i < plane; i++) {
      int color = 0;
      for (int c = 0; c < 3; c++) {
        float feature = image[(shape.axis(0) >= 3 ? c * plane : 0) + i];
        color = color << 8 | Math.round(255 * (feature - least) / range);
      }
      int y = i / shape.axis(2);
      int x = i % shape.axis(2);
      picture.fill(top + y * zoom, left + x * zoom, zoom, zoom, color);
    }
  }

  private int zoom() {
    return Math.max(1, SIDE / Math.max(shape.axis(1), shape.axis(2)));
  }

  private static List<float[]> choose(StreamTask task) {
    int[] classes = task.classes();
    Examples train = task.train();
    List<float[]> chosen = new ArrayList<>();
    int[] next = new int[train.classes()];
    Arrays.fill(next, train.size());
    for (int j = 0; j < EACH && classes.length > 0; j++) {
      int label = classes[j % classes.length];
      int i = next[label] - 1;
      while (i >= 0 && train.label(i) != label) {
        i--;
      }
      next[label] = Math.max(0, i);
      if (i >= 0) {
        float[] image = new float[train.shape().size()];
        train.read(i, image, 0);
        chosen.add(image);
      }
    }
    return chosen;
  }
}
