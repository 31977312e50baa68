package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Streams of the same images seen otherwise: permuted (Goodfellow, Mirza, Xiao, Courville and
 * Bengio, "An empirical investigation of catastrophic forgetting in gradient-based neural
 * networks", 2013) and rotated (Lopez-Paz and Ranzato, NeurIPS 2017).
 *
 * <p>Task 0 has the images as they are. Task s has one permutation of pixel places, the same for
 * all channels, or a rotation by s times the step; training and test images are mapped alike.
 */
final class PixelTasks {
  private PixelTasks() {}

  static List<StreamTask> permuted(
      StreamOptions options, StreamSource source, Seeds shared, Seeds own) {
    Shape shape = image(options, source);
    int pixels = shape.axis(1) * shape.axis(2);
    return divide(
        options,
        source,
        own,
        s -> "permutation " + s,
        s -> PixelMap.permutation(pixels, shared.child("pixels", s)));
  }

  static List<StreamTask> rotated(StreamOptions options, StreamSource source, Seeds own) {
    Shape shape = image(options, source);
    return divide(
        options,
        source,
        own,
        s -> "turned by %s degrees".formatted(degrees(s * options.rotationStep())),
        s -> PixelMap.rotation(shape.axis(1), shape.axis(2), s * options.rotationStep()));
  }

  private static List<StreamTask> divide(
      StreamOptions options,
      StreamSource source,
      Seeds own,
      IntFunction<String> name,
      IntFunction<PixelMap> map) {
    int[] order = options.taskOrder(options.tasks(), own);
    List<Examples> train = WholeTasks.train(options, source.train(), own);
    List<StreamTask> tasks = new ArrayList<>();
    for (int t = 0; t < order.length; t++) {
      Examples mine = train.get(t);
      Examples test = source.test();
      if (order[t] > 0) {
        PixelMap pixels = map.apply(order[t]);
        mine = new MappedExamples(mine, pixels);
        test = new MappedExamples(test, pixels);
      }
      tasks.add(
          new StreamTask(
              t, name.apply(order[t]), mine, test, WholeTasks.classes(source.train()), true));
    }
    return tasks;
  }

  private static String degrees(double angle) {
    return angle == Math.rint(angle) ? Long.toString((long) angle) : Double.toString(angle);
  }

  private static Shape image(StreamOptions options, StreamSource source) {
    Shape shape = source.train().shape();
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "%s needs images [channels, height, width], got examples %s"
              .formatted(options.kind(), shape));
    }
    return shape;
  }
}
