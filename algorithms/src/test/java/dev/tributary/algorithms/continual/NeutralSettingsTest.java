package dev.tributary.algorithms.continual;

import static dev.tributary.algorithms.continual.Points.point;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.continual.Course.State;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a method has nothing to add it is fine-tuning, to the bit. */
class NeutralSettingsTest {

  private static List<ParameterVector> weights(Course course, ContinualStrategy strategy) {
    ParameterVector start = course.model().initial(Seeds.root(5));
    return course.run(strategy, start, true).stream().map(State::weights).toList();
  }

  static List<Arguments> neutral() {
    return List.of(
        Arguments.of("derpp", Map.of("alpha", 0.0, "beta", 0.0, "joint", false)),
        Arguments.of("derpp", Map.of("alpha", 0.0, "beta", 0.0, "joint", true)),
        Arguments.of("ewc", Map.of("lambda", 0.0)),
        Arguments.of("si", Map.of("c", 0.0)),
        Arguments.of("lwf", Map.of("lambda", 0.0)));
  }

  @ParameterizedTest
  @MethodSource
  void neutral(String id, Map<String, Object> settings) {
    Course course = StreamOfToys.normalized(2);
    assertThat(weights(course, Course.strategy(id, settings)))
        .isEqualTo(weights(course, new Naive()));
  }

  static List<Arguments> effective() {
    return List.of(
        Arguments.of("er", Map.of()),
        Arguments.of("er-ace", Map.of()),
        Arguments.of("derpp", Map.of("alpha", 0.0)),
        Arguments.of("derpp", Map.of("beta", 0.0)),
        Arguments.of("ewc", Map.of()),
        Arguments.of("ewc", Map.of("fisher", "model-sampled")),
        Arguments.of("si", Map.of()),
        Arguments.of("lwf", Map.of()),
        Arguments.of("gdumb", Map.of()));
  }

  @ParameterizedTest
  @MethodSource
  void effective(String id, Map<String, Object> settings) {
    Course course = StreamOfToys.plain(1);
    assertThat(weights(course, Course.strategy(id, settings)).getLast())
        .isNotEqualTo(weights(course, new Naive()).getLast());
  }

  static List<Arguments> alikeInTheFirstTask() {
    return List.of(
        Arguments.of("joint"),
        Arguments.of("er-ace"),
        Arguments.of("agem"),
        Arguments.of("ewc"),
        Arguments.of("si"),
        Arguments.of("lwf"));
  }

  @ParameterizedTest
  @MethodSource
  void alikeInTheFirstTask(String id) {
    Course course = StreamOfToys.normalized(2);
    assertThat(weights(course, Course.strategy(id, Map.of())).getFirst())
        .isEqualTo(weights(course, new Naive()).getFirst());
  }

  @Test
  void erWithAnEmptyMemoryIsNaive() {
    // One step: what it replays can only come from before.
    Course course =
        new Course(StreamOfToys.normalized(1).model(), StreamOfToys.tasks(), 1, 12, 0.05);
    for (boolean joint : new boolean[] {true, false}) {
      assertThat(weights(course, Course.strategy("er", Map.of("joint", joint))).getFirst())
          .isEqualTo(weights(course, new Naive()).getFirst());
    }
  }

  @Test
  void agemWithoutViolationIsNaive() {
    // Every example is the same, so no step on one raises the loss on another.
    Points task = new Points(2, List.of(point(0, 1.0, -0.5), point(0, 1.0, -0.5)));
    Course course = new Course(Course.logistic(task), List.of(task, task, task), 3, 1, 0.1);
    assertThat(weights(course, Course.strategy("agem", Map.of())))
        .isEqualTo(weights(course, new Naive()));
  }
}
