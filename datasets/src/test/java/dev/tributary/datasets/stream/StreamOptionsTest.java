package dev.tributary.datasets.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StreamOptionsTest {

  /** Options of a kind from keys and values in turn. */
  static StreamOptions options(String kind, Object... values) {
    Map<String, Object> map = new HashMap<>(Map.of("kind", kind));
    for (int i = 0; i < values.length; i += 2) {
      map.put((String) values[i], values[i + 1]);
    }
    return StreamOptions.from(MapSettings.of(Map.of("stream", map)).section("stream"));
  }

  @Test
  void withoutTheSectionNothingChangesOverTime() {
    assertThat(StreamOptions.from(MapSettings.empty()).kind()).isEqualTo(StreamKind.NONE);
    assertThat(StreamOptions.from(MapSettings.empty()).streams()).isFalse();
    assertThat(options("permuted").streams()).isTrue();
  }

  @Test
  void everyKeyIsRead() {
    StreamOptions classes =
        options(
            "class-incremental",
            "tasks",
            5,
            "classes-per-task",
            2,
            "class-order",
            "natural",
            "order",
            "own",
            "pace",
            3);
    assertThat(classes.tasks()).isEqualTo(5);
    assertThat(classes.classesPerTask()).isEqualTo(2);
    assertThat(classes.classOrder()).isEqualTo(ClassOrder.NATURAL);
    assertThat(classes.order()).isEqualTo(TaskOrder.OWN);
    assertThat(classes.pace()).isEqualTo(3);
    assertThat(options("blurry", "blur", 0.3).blur()).isEqualTo(0.3);
    StreamOptions recurring = options("recurring", "repeat", 4, "examples", "all");
    assertThat(recurring.repeat()).isEqualTo(4);
    assertThat(recurring.examples()).isEqualTo(ExampleUse.ALL);
    assertThat(options("rotated", "rotation-step", -7.5).rotationStep()).isEqualTo(-7.5);
    StreamOptions drift = options("label-drift", "drift-share", 0.2, "drift-window", 0);
    assertThat(drift.driftShare()).isEqualTo(0.2);
    assertThat(drift.driftWindow()).isZero();
    assertThat(options("domain-incremental", "domain-order", List.of("b", "a")).domainOrder())
        .containsExactly("b", "a");
  }

  @Test
  void tasksUseTheSameImagesWhereThePapersDo() {
    assertThat(options("permuted").examples()).isEqualTo(ExampleUse.ALL);
    assertThat(options("rotated").examples()).isEqualTo(ExampleUse.ALL);
    assertThat(options("recurring").examples()).isEqualTo(ExampleUse.DISJOINT);
    assertThat(options("label-drift").examples()).isEqualTo(ExampleUse.DISJOINT);
  }

  static List<Arguments> mistakes() {
    return List.of(
        Arguments.of("class-increment", Map.of(), "kind", "class-incremental", "class-increment"),
        Arguments.of("class-incremental", Map.of("tasks", -1), "tasks", ">= 1, or 0", "-1"),
        Arguments.of("permuted", Map.of("tasks", 0), "tasks", ">= 1", "0"),
        Arguments.of(
            "task-incremental", Map.of("classes-per-task", -2), "classes-per-task", ">= 1", "-2"),
        Arguments.of("blurry", Map.of("blur", 1), "blur", "in [0, 1)", "1"),
        Arguments.of("blurry", Map.of("blur", Double.NaN), "blur", "in [0, 1)", "NaN"),
        Arguments.of("recurring", Map.of("repeat", 0), "repeat", ">= 1", "0"),
        Arguments.of("recurring", Map.of("examples", "some"), "examples", "disjoint, all", "some"),
        Arguments.of("rotated", Map.of("rotation-step", 360), "rotation-step", "not 0", "360"),
        Arguments.of("rotated", Map.of("rotation-step", 0), "rotation-step", "not 0", "0"),
        Arguments.of("label-drift", Map.of("drift-share", 0), "drift-share", "(0, 1]", "0"),
        Arguments.of("label-drift", Map.of("drift-window", 1.5), "drift-window", "[0, 1]", "1.5"),
        Arguments.of(
            "random-labels", Map.of("examples", "all"), "examples", "kind = random-labels", ""),
        Arguments.of("rotated", Map.of("pace", -1), "pace", "rounds >= 0", "-1"),
        Arguments.of("rotated", Map.of("order", "mine"), "order", "same, own", "mine"),
        Arguments.of("rotated", Map.of("blur", 0.1), "blur", "absent with kind = rotated", "value"),
        Arguments.of(
            "domain-incremental", Map.of("tasks", 3), "tasks", "kind = domain-incremental", ""),
        Arguments.of("none", Map.of("pace", 1), "pace", "absent with kind = none", ""),
        Arguments.of("none", Map.of("tasks", 1), "tasks", "absent with kind = none", ""));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesNameKeyRuleAndValue(
      String kind, Map<String, Object> values, String key, String rule, String value) {
    Map<String, Object> all = new HashMap<>(values);
    all.put("kind", kind);
    MapSettings settings = MapSettings.of(Map.of("stream", all));
    assertThatThrownBy(() -> StreamOptions.from(settings.section("stream")))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("stream." + key + " must be ")
        .hasMessageContainingAll(rule, value);
  }

  /** With skew 2 clients 0, 3, 6 are on time, 1 and 4 a round late, 2 and 5 two. */
  @Test
  void clientsBeginTasksLateAsTheirNumbersSay() {
    StreamPace pace = new StreamPace(3, 4, 2);
    int[][] expected = {
      {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2},
      {0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2},
      {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2}
    };
    for (int client = 0; client < 7; client++) {
      for (int round = 0; round < 13; round++) {
        assertThat(pace.task(round, client)).isEqualTo(expected[client % 3][round]);
      }
    }
    assertThatThrownBy(() -> new StreamPace(3, 4, 4))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("stream.pace", "[0, 4)", "got 4");
  }

  @Test
  void onlyOwnOrdersDifferBetweenLearners() {
    Seeds one = Seeds.root(1).child("client", 1);
    Seeds two = Seeds.root(1).child("client", 2);
    assertThat(options("rotated").taskOrder(6, one)).containsExactly(0, 1, 2, 3, 4, 5);
    StreamOptions own = options("rotated", "order", "own");
    assertThat(own.taskOrder(20, one)).isNotEqualTo(own.taskOrder(20, two));
    assertThat(own.taskOrder(20, one))
        .containsExactlyInAnyOrder(options("rotated").taskOrder(20, one));
  }
}
