package dev.tributary.datasets.stream;

import static dev.tributary.datasets.stream.Numbered.labels;
import static dev.tributary.datasets.stream.Numbered.numbers;
import static dev.tributary.datasets.stream.StreamOptionsTest.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClassTasksTest {
  private static final int TEST = 10_000;

  private static LongStream seeds() {
    return LongStream.range(0, 20);
  }

  @ParameterizedTest
  @CsvSource({"10, 2, 5", "26, 13, 2", "100, 10, 10", "12, 1, 12", "9, 9, 1"})
  void everyClassIsInOneTaskAndEveryExampleWithIt(int classes, int perTask, int tasks) {
    for (long seed = 0; seed < 10; seed++) {
      ImageSet train = Numbered.random(0, 20 * classes, classes, seed);
      ImageSet test = Numbered.random(TEST, 5 * classes, classes, seed);
      for (String kind : List.of("class-incremental", "task-incremental")) {
        TaskStream stream =
            Streams.divide(
                options(kind, "classes-per-task", perTask), train, test, Seeds.root(seed));
        assertThat(stream.tasks()).isEqualTo(tasks);
        assertThat(stream.classes()).isEqualTo(classes);
        assertThat(stream.shape()).isEqualTo(train.shape());
        assertThat(stream.classIncremental()).isEqualTo(kind.equals("class-incremental"));
        assertThat(stream.all()).allMatch(StreamTask::boundaryKnown);
        assertThat(stream.all()).allMatch(task -> task.classes().length == perTask);
        assertThat(all(stream, StreamTask::classes))
            .containsExactlyInAnyOrder(IntStream.range(0, classes).toArray());
        assertThat(all(stream, task -> numbers(task.train())))
            .containsExactlyInAnyOrder(numbers(train));
        assertThat(all(stream, task -> numbers(task.test())))
            .containsExactlyInAnyOrder(numbers(test));
        for (StreamTask task : stream.all()) {
          keepsLabels(task, train, test);
          assertThat(task.classes()).isSorted();
          assertThat(task.classes()).contains(labels(task.train())).contains(labels(task.test()));
        }
      }
    }
  }

  @Test
  void tasksAloneOrBothNumbersMeanTheSame() {
    ImageSet data = Numbered.balanced(0, 3, 10);
    for (Object[] keys : new Object[][] {{}, {"tasks", 5}, {"classes-per-task", 2, "tasks", 5}}) {
      TaskStream stream =
          Streams.divide(options("class-incremental", keys), data, data, Seeds.root(3));
      assertThat(stream.tasks()).isEqualTo(5);
    }
  }

  @Test
  void classesInNaturalOrderAreConsecutiveAndNamed() {
    TaskStream stream =
        Streams.divide(
            options("class-incremental", "class-order", "natural", "tasks", 2),
            Numbered.balanced(0, 4, 12),
            Numbered.balanced(TEST, 1, 12),
            Seeds.root(0));
    assertThat(stream.task(0).classes()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(stream.task(1).classes()).containsExactly(6, 7, 8, 9, 10, 11);
    assertThat(stream.all())
        .extracting(StreamTask::name)
        .containsExactly("classes 0 1 2 +3", "classes 6 7 8 +3");
    assertThat(stream.task(1)).hasToString("task 1 (classes 6 7 8 +3): 24 + 6 examples");
  }

  /** Ten classes have 10!/(2!)^5 orders of pairs: that 20 seeds agree has no chance to speak of. */
  @Test
  void shuffledClassOrderAndExamplesGoBySeed() {
    ImageSet data = Numbered.balanced(0, 6, 10);
    StreamOptions options = options("class-incremental");
    List<String> streams =
        seeds()
            .mapToObj(seed -> shown(Streams.divide(options, data, data, Seeds.root(seed))))
            .toList();
    assertThat(streams).doesNotHaveDuplicates();
    assertThat(
            seeds().mapToObj(seed -> shown(Streams.divide(options, data, data, Seeds.root(seed)))))
        .containsExactlyElementsOf(streams);
    assertThat(
            seeds()
                .mapToObj(
                    seed -> Streams.divide(options, data, data, Seeds.root(seed)).task(0).name())
                .distinct())
        .hasSizeGreaterThan(5);
    assertThat(numbers(Streams.divide(options, data, data, Seeds.root(1)).task(0).train()))
        .isNotEqualTo(
            Arrays.stream(
                    numbers(Streams.divide(options, data, data, Seeds.root(1)).task(0).train()))
                .sorted()
                .toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "classes-per-task, 3, '1, 2, 5, 10', 10",
    "tasks, 4, '1, 2, 5, 10', 10",
    "tasks, 27, '1, 2, 13, 26', 26",
    "classes-per-task, 14, '1, 2, 13, 26', 26"
  })
  void classesThatCannotBeDividedAreRefusedWithTheDivisors(
      String key, int value, String divisors, int classes) {
    ImageSet data = Numbered.balanced(0, 1, classes);
    assertThatThrownBy(
            () ->
                Streams.divide(options("class-incremental", key, value), data, data, Seeds.root(1)))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "stream.%s must divide the %d classes: one of %s, got %d"
                .formatted(key, classes, divisors, value));
  }

  @Test
  void numbersThatContradictEachOtherAreRefused() {
    ImageSet data = Numbered.balanced(0, 1, 10);
    assertThatThrownBy(
            () ->
                Streams.divide(
                    options("recurring", "tasks", 2, "classes-per-task", 2),
                    data,
                    data,
                    Seeds.root(1)))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll(
            "stream.tasks", "5", "classes-per-task = 2", "10 classes", "got 2");
  }

  /** Five tasks of 40 examples each; of every task's 40, M comes from elsewhere, exactly. */
  @ParameterizedTest
  @CsvSource({"0, 0", "0.1, 4", "0.3, 12", "0.5, 20", "0.9, 36", "0.06, 2"})
  void blurryTasksOfEqualSizeHaveExactlyTheShareFromOthers(double blur, int foreign) {
    ImageSet train = Numbered.balanced(0, 20, 10);
    ImageSet test = Numbered.balanced(TEST, 4, 10);
    for (long seed = 0; seed < 10; seed++) {
      TaskStream stream =
          Streams.divide(options("blurry", "blur", blur), train, test, Seeds.root(seed));
      assertThat(stream.classIncremental()).isTrue();
      assertThat(all(stream, task -> numbers(task.train())))
          .containsExactlyInAnyOrder(numbers(train));
      for (StreamTask task : stream.all()) {
        keepsLabels(task, train, test);
        assertThat(task.train().size()).isEqualTo(40);
        assertThat(IntStream.of(labels(task.train())).filter(l -> !has(task, l)).count())
            .isEqualTo(foreign);
        assertThat(task.boundaryKnown()).isFalse();
        assertThat(IntStream.of(labels(task.test())))
            .hasSize(8)
            .allMatch(label -> has(task, label));
      }
    }
  }

  /** 36 of each task's 40 leave for four others: 9 to each, so that all tasks are mixed. */
  @Test
  void blurrySpreadsWhatLeavesEvenly() {
    ImageSet train = Numbered.balanced(0, 20, 10);
    StreamOptions options = options("blurry", "blur", 0.9, "class-order", "natural");
    for (StreamTask task : Streams.divide(options, train, train, Seeds.root(4)).all()) {
      for (int from = 0; from < 5; from++) {
        int group = from;
        assertThat(IntStream.of(labels(task.train())).filter(label -> label / 2 == group).count())
            .isEqualTo(from == task.index() ? 4 : 9);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void blurryKeepsEveryExampleOnceWhateverTheSizes(long seed) {
    ImageSet train = Numbered.random(0, 150 + (int) seed, 6, seed);
    TaskStream stream =
        Streams.divide(options("blurry", "blur", 0.25, "tasks", 3), train, train, Seeds.root(seed));
    assertThat(all(stream, task -> numbers(task.train())))
        .containsExactlyInAnyOrder(numbers(train));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void recurringVisitsShareTheDataOut(long seed) {
    ImageSet train = Numbered.random(0, 123, 6, seed);
    ImageSet test = Numbered.random(TEST, 30, 6, seed);
    TaskStream stream =
        Streams.divide(
            options("recurring", "tasks", 3, "repeat", 4), train, test, Seeds.root(seed));
    assertThat(stream.tasks()).isEqualTo(12);
    assertThat(all(stream, task -> numbers(task.train())))
        .containsExactlyInAnyOrder(numbers(train));
    for (StreamTask task : stream.all()) {
      StreamTask first = stream.task(task.index() % 3);
      keepsLabels(task, train, test);
      assertThat(task.classes()).isEqualTo(first.classes());
      assertThat(task.name())
          .isEqualTo(first.name().replace("visit 1", "visit " + (1 + task.index() / 3)));
      assertThat(numbers(task.test())).isEqualTo(numbers(first.test()));
      for (int c : task.classes()) {
        int all = train.classCounts()[c];
        assertThat(IntStream.of(labels(task.train())).filter(l -> l == c).count())
            .isBetween((long) all / 4, (long) (all + 3) / 4);
      }
    }
  }

  @Test
  void recurringVisitsCanHaveAllTheDataInAnotherOrder() {
    ImageSet train = Numbered.balanced(0, 20, 4);
    TaskStream stream =
        Streams.divide(
            options("recurring", "repeat", 2, "examples", "all"), train, train, Seeds.root(2));
    assertThat(stream.tasks()).isEqualTo(4);
    int[] first = numbers(stream.task(0).train());
    int[] again = numbers(stream.task(2).train());
    assertThat(again).isNotEqualTo(first).containsExactlyInAnyOrder(first);
    assertThat(first).hasSize(40);
  }

  /** The groups are the federation's, the order each client's own. */
  @Test
  void clientsOfAFederationHaveTheSameTasksInOrdersOfTheirOwn() {
    ImageSet data = Numbered.balanced(0, 4, 20);
    List<StreamSource> source = List.of(new StreamSource("c", data, data));
    Seeds shared = Seeds.root(5).child("stream");
    StreamOptions own = options("class-incremental", "order", "own");
    StreamOptions same = options("class-incremental");
    List<List<String>> orders =
        IntStream.range(0, 4)
            .mapToObj(c -> names(Streams.divide(own, source, shared, shared.child("client", c))))
            .toList();
    List<String> common = names(Streams.divide(same, source, shared, shared.child("client", 7)));
    assertThat(names(Streams.divide(same, source, shared, shared.child("client", 8))))
        .isEqualTo(common);
    assertThat(orders).doesNotHaveDuplicates();
    assertThat(orders).allSatisfy(o -> assertThat(o).containsExactlyInAnyOrderElementsOf(common));
  }

  /** A client of a skewed federation may have no example of a task; that is no error. */
  @Test
  void aClientWithoutSomeClassesHasEmptyTasks() {
    ImageSet train = Numbered.of(0, 4, 0, 0, 1);
    TaskStream stream =
        Streams.divide(
            options("class-incremental", "class-order", "natural"), train, train, Seeds.root(1));
    assertThat(stream.task(1).train().size()).isZero();
    assertThat(stream.task(1).classes()).containsExactly(2, 3);
  }

  static int[] all(TaskStream stream, Function<StreamTask, int[]> part) {
    return stream.all().stream().flatMapToInt(task -> IntStream.of(part.apply(task))).toArray();
  }

  private static List<String> names(TaskStream stream) {
    return stream.all().stream().map(StreamTask::name).toList();
  }

  private static boolean has(StreamTask task, int label) {
    return Arrays.binarySearch(task.classes(), label) >= 0;
  }

  private static String shown(TaskStream stream) {
    return Arrays.toString(all(stream, task -> numbers(task.train())));
  }

  /** Every example still has the label that its number had, and tests come from the test part. */
  private static void keepsLabels(StreamTask task, ImageSet train, ImageSet test) {
    assertThat(labels(task.train()))
        .isEqualTo(IntStream.of(numbers(task.train())).map(train::label).toArray());
    assertThat(labels(task.test()))
        .isEqualTo(IntStream.of(numbers(task.test())).map(n -> test.label(n - TEST)).toArray());
  }
}
