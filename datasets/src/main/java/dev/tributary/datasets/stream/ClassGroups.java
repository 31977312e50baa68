package dev.tributary.datasets.stream;

import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Classes divided into groups of equal size, one group a task. */
final class ClassGroups {
  private static final int USUAL_SIZE = 2;
  private static final int NAMED = 4;

  private ClassGroups() {}

  /**
   * The groups: consecutive classes of the class order, each group ascending.
   *
   * @param classes how many there are; every one is in exactly one group
   * @param shared decides a shuffled class order
   * @throws SettingException when the classes cannot be divided so, with the numbers that can
   */
  static List<int[]> of(StreamOptions options, int classes, Seeds shared) {
    int size = size(options, classes);
    int[] order =
        options.classOrder() == ClassOrder.SHUFFLED
            ? shared.child("class-order").stream().permutation(classes)
            : IntStream.range(0, classes).toArray();
    List<int[]> groups = new ArrayList<>();
    for (int from = 0; from < classes; from += size) {
      int[] group = Arrays.copyOfRange(order, from, from + size);
      Arrays.sort(group);
      groups.add(group);
    }
    return groups;
  }

  /** For example {@code classes 3 7}; of large groups the first and how many more. */
  static String name(int[] group) {
    int shown = group.length > NAMED ? NAMED - 1 : group.length;
    String first =
        Arrays.stream(group, 0, shown).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    return "classes " + first + (shown < group.length ? " +" + (group.length - shown) : "");
  }

  private static int size(StreamOptions options, int classes) {
    int tasks = options.tasks();
    int size = options.classesPerTask();
    if (tasks > 0) {
      requireDivisor("stream.tasks", tasks, classes);
      if (size > 0 && tasks * size != classes) {
        throw new SettingException(
            "stream.tasks must be %d with classes-per-task = %d and %d classes, got %d: leave one out"
                .formatted(Math.ceilDiv(classes, size), size, classes, tasks));
      }
      return classes / tasks;
    }
    int wanted = size > 0 ? size : USUAL_SIZE;
    requireDivisor("stream.classes-per-task", wanted, classes);
    return wanted;
  }

  private static void requireDivisor(String key, int value, int classes) {
    if (classes % value != 0) {
      String divisors =
          IntStream.rangeClosed(1, classes)
              .filter(d -> classes % d == 0)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(", "));
      throw new SettingException(
          "%s must divide the %d classes: one of %s, got %d"
              .formatted(key, classes, divisors, value));
    }
  }
}
