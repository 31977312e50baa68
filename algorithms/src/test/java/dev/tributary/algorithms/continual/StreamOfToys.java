package dev.tributary.algorithms.continual;

import dev.tributary.algorithms.Toy;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Three small tasks of images: classes 0 and 1, class 2, then all in another domain. */
final class StreamOfToys {
  static final int BATCH = 4;

  private StreamOfToys() {}

  static List<Examples> tasks() {
    Toy.Domain first = new Toy.Domain(0, 36);
    return List.of(
        only(first, 12, 0, 1), only(first, 12, 2, 2), only(new Toy.Domain(1, 36), 12, 0, 2));
  }

  private static Examples only(Examples of, int size, int from, int to) {
    return of.subset(
        IntStream.range(0, of.size())
            .filter(i -> of.label(i) >= from && of.label(i) <= to)
            .limit(size)
            .toArray());
  }

  /** With batch normalisation. */
  static Course normalized(int epochs) {
    return new Course(Toy.convolutional(ModelFilling.BATCH_NORM), tasks(), epochs, BATCH, 0.02);
  }

  /** Without anything that depends on the rest of the batch. */
  static Course plain(int epochs) {
    Model model =
        Toy.model(ModelFilling.BATCH_NORM, Map.of("name", "lite-cnn", "normalization", "none"));
    return new Course(model, tasks(), epochs, BATCH, 0.005);
  }
}
