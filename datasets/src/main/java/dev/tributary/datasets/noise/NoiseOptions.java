package dev.tributary.datasets.noise;

import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Shape;
import java.util.List;

/**
 * The section {@code data} with {@code source = noise}.
 *
 * @param shape of one example; key {@code shape}, default [3, 28, 28]
 * @param classes key {@code classes}, &ge; 2, default 10
 * @param clients key {@code clients}, &ge; 1, default 10
 * @param samplesPerClient training examples of a client; key {@code samples-per-client}, &ge; 1,
 *     default 100
 */
public record NoiseOptions(Shape shape, int classes, int clients, int samplesPerClient) {

  /** Reads and checks the section. */
  public static NoiseOptions from(Settings settings) {
    List<String> axes = settings.texts("shape", List.of("3", "28", "28"));
    settings.require(
        !axes.isEmpty() && axes.stream().allMatch(a -> a.matches("[1-9][0-9]{0,4}")),
        "shape",
        "a list of whole numbers from 1 to 99999",
        axes);
    int clients = atLeast(1, settings, "clients", 10);
    int samples = atLeast(1, settings, "samples-per-client", 100);
    settings.require(
        (long) clients * samples <= Integer.MAX_VALUE,
        "samples-per-client",
        "at most %,d with %,d clients, so that all can be counted"
            .formatted(Integer.MAX_VALUE / clients, clients),
        samples);
    return new NoiseOptions(
        Shape.of(axes.stream().mapToInt(Integer::parseInt).toArray()),
        atLeast(2, settings, "classes", 10),
        clients,
        samples);
  }

  private static int atLeast(int least, Settings settings, String key, int fallback) {
    int value = settings.integer(key, fallback);
    settings.require(value >= least, key, "a whole number >= " + least, value);
    return value;
  }
}
