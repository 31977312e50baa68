package dev.tributary.datasets.stream;

import static dev.tributary.datasets.stream.Numbered.labels;
import static dev.tributary.datasets.stream.Numbered.numbers;
import static dev.tributary.datasets.stream.StreamOptionsTest.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StreamsTest {
  private static final List<Domain> DOMAINS =
      List.of(domain("a", 0), domain("b", 1000), domain("c", 2000));

  @Test
  void aDomainIsATask() {
    TaskStream stream = Streams.divide(options("domain-incremental"), DOMAINS, Seeds.root(1));
    assertThat(stream.all()).extracting(StreamTask::name).containsExactly("a", "b", "c");
    assertThat(stream.classIncremental()).isFalse();
    for (StreamTask task : stream.all()) {
      Domain domain = DOMAINS.get(task.index());
      assertThat(numbers(task.train()))
          .containsExactlyInAnyOrder(numbers(domain.train()))
          .isNotEqualTo(numbers(domain.train()));
      assertThat(numbers(task.test())).isEqualTo(numbers(domain.test()));
      assertThat(task.classes()).containsExactly(0, 1, 2, 3);
      assertThat(task.boundaryKnown()).isTrue();
    }
  }

  @Test
  void domainsComeAsGivenOrBySeed() {
    StreamOptions given = options("domain-incremental", "domain-order", List.of("c", "a", "b"));
    assertThat(Streams.divide(given, DOMAINS, Seeds.root(1)).all())
        .extracting(StreamTask::name)
        .containsExactly("c", "a", "b");
    StreamOptions shuffled = options("domain-incremental", "domain-order", "shuffled");
    Set<List<String>> orders = new HashSet<>();
    LongStream.range(0, 60)
        .forEach(
            seed ->
                orders.add(
                    Streams.divide(shuffled, DOMAINS, Seeds.root(seed)).all().stream()
                        .map(StreamTask::name)
                        .toList()));
    assertThat(orders).hasSize(6);
    for (List<String> wrong : List.of(List.of("a", "b"), List.of("a", "b", "b"), List.of("d"))) {
      assertThatThrownBy(
              () ->
                  Streams.divide(
                      options("domain-incremental", "domain-order", wrong), DOMAINS, Seeds.root(1)))
          .isInstanceOf(SettingException.class)
          .hasMessageContainingAll("stream.domain-order", "[a, b, c] once", "got " + wrong);
    }
  }

  /** As alphabets are: then the task is new classes, and nobody says which at test time. */
  @Test
  void domainsWithClassesOfTheirOwnAreClassIncremental() {
    ImageSet one = Numbered.of(0, 5, 0, 1, 0);
    ImageSet two = Numbered.of(100, 5, 4, 3, 2);
    List<Domain> alphabets =
        List.of(new Domain("x", "x", one, one, one), new Domain("y", "y", two, two, two));
    TaskStream stream = Streams.divide(options("domain-incremental"), alphabets, Seeds.root(1));
    assertThat(stream.classIncremental()).isTrue();
    assertThat(stream.task(0).classes()).containsExactly(0, 1);
    assertThat(stream.task(1).classes()).containsExactly(2, 3, 4);
  }

  @Test
  void otherKindsPoolTheDomains() {
    TaskStream stream = Streams.divide(options("class-incremental"), DOMAINS, Seeds.root(1));
    assertThat(stream.tasks()).isEqualTo(2);
    assertThat(ClassTasksTest.all(stream, task -> numbers(task.train())))
        .containsExactlyInAnyOrder(
            DOMAINS.stream().flatMapToInt(d -> Arrays.stream(numbers(d.train()))).toArray());
  }

  @Test
  void withoutAStreamEverythingIsOneTask() {
    ImageSet data = Numbered.balanced(0, 10, 4);
    StreamOptions none = StreamOptions.from(MapSettings.empty());
    TaskStream stream = Streams.divide(none, data, data, Seeds.root(1));
    assertThat(stream.tasks()).isEqualTo(1);
    assertThat(numbers(stream.task(0).train())).containsExactlyInAnyOrder(numbers(data));
    assertThat(labels(stream.task(0).test())).isEqualTo(labels(data));
  }

  /** Tuning looks at validation data; what is trained on must not depend on it. */
  @Test
  void whatIsTestedOnDoesNotChangeTheTraining() {
    ImageSet train = Numbered.balanced(0, 12, 6);
    for (String kind :
        List.of("class-incremental", "blurry", "recurring", "label-drift", "task-incremental")) {
      StreamOptions options = options(kind);
      TaskStream one = Streams.divide(options, train, Numbered.balanced(500, 2, 6), Seeds.root(4));
      TaskStream two = Streams.divide(options, train, Numbered.balanced(900, 5, 6), Seeds.root(4));
      for (int t = 0; t < one.tasks(); t++) {
        assertThat(numbers(two.task(t).train())).isEqualTo(numbers(one.task(t).train()));
        assertThat(labels(two.task(t).train())).isEqualTo(labels(one.task(t).train()));
      }
    }
  }

  @Test
  void aTableCountsTheLabelsThatTheStreamGives() {
    ImageSet data = Numbered.of(0, 4, 0, 0, 1, 2, 3, 3, 3);
    TaskStream stream =
        Streams.divide(
            options("class-incremental", "class-order", "natural"), data, data, Seeds.root(1));
    assertThat(stream.table().clients()).containsExactly("0 classes 0 1", "1 classes 2 3");
    assertThat(stream.table().counts()).containsExactly(List.of(2, 1, 0, 0), List.of(0, 0, 1, 3));
  }

  /** What a domain's task is about does not depend on which examples a learner happens to have. */
  @Test
  void learnersOfADomainShareItsClasses() {
    ImageSet whole = Numbered.balanced(0, 3, 4);
    ImageSet train = Numbered.of(0, 4, 0, 1);
    ImageSet test = Numbered.of(10, 4, 2);
    TaskStream stream =
        Streams.divide(
            options("domain-incremental"),
            List.of(new StreamSource("d", train, test, whole)),
            Seeds.root(1),
            Seeds.root(2));
    assertThat(stream.task(0).classes()).containsExactly(0, 1, 2, 3);
    assertThat(stream.task(0).train().size()).isEqualTo(2);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ImageSet data = Numbered.balanced(0, 2, 4);
    ImageSet other = Numbered.balanced(0, 2, 3);
    Seeds seeds = Seeds.root(1);
    StreamSource source = new StreamSource("s", data, data);
    assertThatThrownBy(
            () -> Streams.divide(options("blurry"), List.of(source, source), seeds, seeds))
        .hasMessageContainingAll("blurry", "one set of examples", "got 2");
    assertThatThrownBy(() -> Streams.divide(options("domain-incremental"), List.of(), seeds, seeds))
        .hasMessageContainingAll("domain-incremental", "at least one domain", "got 0");
    assertThatThrownBy(() -> new StreamTask(0, "t", data, other, new int[] {0, 1, 2}, true))
        .hasMessageContainingAll("task t", "4", "3");
    assertThatThrownBy(() -> new StreamTask(0, "t", data, data, new int[] {0, 1, 2}, true))
        .hasMessageContainingAll("task t", "[0, 1, 2]", "got 3");
    StreamTask task = new StreamTask(1, "t", data, data, new int[] {3, 2, 1, 0}, true);
    assertThat(task.classes()).containsExactly(0, 1, 2, 3);
    assertThatThrownBy(() -> new TaskStream(List.of(task), true))
        .hasMessageContainingAll("number 0", "task 1");
    assertThatThrownBy(() -> new TaskStream(List.of(), true)).hasMessageContaining("at least one");
  }

  private static Domain domain(String id, int first) {
    return new Domain(
        id,
        id,
        Numbered.balanced(first, 5, 4),
        Numbered.balanced(first + 300, 1, 4),
        Numbered.balanced(first + 600, 2, 4));
  }
}
