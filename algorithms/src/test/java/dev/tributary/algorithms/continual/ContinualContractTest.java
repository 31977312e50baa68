package dev.tributary.algorithms.continual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.Catalog;
import dev.tributary.algorithms.continual.Course.State;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Learner;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.StepHook;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every method of the catalogue, under its defaults and its other ways. */
class ContinualContractTest {
  private static final int BUFFER = 7;

  static Stream<Arguments> methods() {
    List<Arguments> all = new ArrayList<>();
    for (Catalog.Entry<ContinualStrategy> entry : ContinualCatalog.entries()) {
      boolean bounded = entry.keys().contains("buffer");
      Map<String, Object> small = bounded ? Map.of("buffer", BUFFER) : Map.of();
      all.add(Arguments.of(entry.id(), small));
      if (entry.keys().contains("buffer-kind")) {
        all.add(Arguments.of(entry.id(), Map.of("buffer", BUFFER, "buffer-kind", "ring")));
      }
      if (entry.keys().contains("joint")) {
        all.add(Arguments.of(entry.id(), Map.of("buffer", BUFFER, "joint", false, "replay", 3)));
      }
    }
    all.add(Arguments.of("er-ace", Map.of("buffer", BUFFER, "mask", "batch-and-new")));
    all.add(Arguments.of("ewc", Map.of("fisher", "model-sampled", "online", true, "gamma", 0.5)));
    return all.stream();
  }

  private static List<State> run(ContinualStrategy strategy, Course course) {
    return course.run(strategy, course.model().initial(Seeds.root(5)), 2, true);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void isFiniteMovesAndRepeatsToTheBit(String id, Map<String, Object> settings) {
    Course course = StreamOfToys.normalized(2);
    ContinualStrategy strategy = Course.strategy(id, settings);
    List<State> states = run(strategy, course);
    for (State state : states) {
      assertThat(state.weights().firstNonFinite()).isEqualTo(-1);
      assertThat(state.memory().firstNonFinite()).isEqualTo(-1);
    }
    assertThat(states.get(2).weights()).isNotEqualTo(states.get(1).weights());
    assertThat(run(Course.strategy(id, settings), course)).isEqualTo(states);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void keepsNothingButMemory(String id, Map<String, Object> settings) {
    Course course = StreamOfToys.plain(1);
    assertThat(course.memory(Course.strategy(id, settings)).specs())
        .allMatch(spec -> spec.role() == Role.MEMORY);
  }

  /** One learner whose session is opened anew, from what it saved, before every step or never. */
  private static State stepwise(Course course, ContinualStrategy strategy, boolean reopens) {
    Seeds seeds = Seeds.root(8);
    ParameterVector start = course.model().initial(Seeds.root(5));
    Memory memory = new Memory(ParameterVector.zeros(course.memory(strategy)));
    try (LocalTrainer trainer = course.trainer(strategy)) {
      Learner learner = trainer.learn(start, seeds, StepHook.NONE, 100);
      for (int task = 0; task < course.tasks().size(); task++) {
        JoinedExamples seen = course.seen(task);
        Lesson lesson =
            new Lesson(learner, seen, task, StreamOfToys.BATCH, seeds, seeds.child("r"), memory);
        ContinualStrategy.Session session = strategy.open(lesson);
        session.begin();
        for (int from = seen.start(task); from < seen.size(); from += StreamOfToys.BATCH) {
          if (reopens) {
            session.save(memory);
            memory = new Memory(memory.vector());
            lesson =
                new Lesson(
                    learner, seen, task, StreamOfToys.BATCH, seeds, seeds.child("r"), memory);
            session = strategy.open(lesson);
          }
          session.observe(new Batch(new int[] {from, from + 1, from + 2, from + 3}, 4));
        }
        session.end();
        session.save(memory);
      }
      return new State(learner.save(), memory.vector());
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void goesOnFromWhatItSavedBetweenAnyTwoSteps(String id, Map<String, Object> settings) {
    Course course = StreamOfToys.plain(1);
    ContinualStrategy strategy = Course.strategy(id, settings);
    assertThat(stepwise(course, strategy, true)).isEqualTo(stepwise(course, strategy, false));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void savingWhatWasOpenedChangesNoBit(String id, Map<String, Object> settings) {
    Course course = StreamOfToys.plain(1);
    ContinualStrategy strategy = Course.strategy(id, settings);
    State state = run(strategy, StreamOfToys.plain(2)).getLast();
    try (LocalTrainer trainer = course.trainer(strategy)) {
      Seeds seeds = Seeds.root(8);
      Learner learner = trainer.learn(state.weights(), seeds, StepHook.NONE, 100);
      Memory given = new Memory(state.memory());
      Lesson lesson = new Lesson(learner, course.seen(2), 2, 4, seeds, seeds, given);
      ContinualStrategy.Session session = strategy.open(lesson);
      Memory saved = new Memory(ParameterVector.zeros(course.memory(strategy)));
      session.save(saved);
      assertThat(saved.vector()).isEqualTo(state.memory());
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void readsNoExampleBeforeItComesAndNoMoreOfThePastThanItsBufferHolds(
      String id, Map<String, Object> settings) {
    ContinualStrategy strategy = Course.strategy(id, settings);
    if (strategy.scope() == ContinualStrategy.Scope.SEEN) {
      return;
    }
    Course course = StreamOfToys.plain(1);
    Set<Integer> reads = new HashSet<>();
    List<Examples> spied = new ArrayList<>();
    int first = 0;
    for (Examples task : course.tasks()) {
      spied.add(new ReadsSpy(task, first, reads));
      first += task.size();
    }
    Seeds seeds = Seeds.root(8);
    Memory memory = new Memory(ParameterVector.zeros(course.memory(strategy)));
    try (LocalTrainer trainer = course.trainer(strategy)) {
      Learner learner = trainer.learn(course.model().initial(seeds), seeds, StepHook.NONE, 100);
      for (int task = 0; task < 3; task++) {
        JoinedExamples seen = new JoinedExamples(spied.subList(0, task + 1));
        Lesson lesson = new Lesson(learner, seen, task, 4, seeds, seeds, memory);
        ContinualStrategy.Session session = strategy.open(lesson);
        reads.clear();
        session.begin();
        int begins = seen.start(task);
        for (int from = begins; from < seen.size(); from += 4) {
          session.observe(new Batch(new int[] {from, from + 1, from + 2, from + 3}, 4));
          int come = from + 4;
          assertThat(reads).allMatch(index -> index < come);
        }
        session.end();
        session.save(memory);
        long past = reads.stream().filter(index -> index < begins).count();
        boolean buffered = settings.containsKey("buffer");
        assertThat(past).isLessThanOrEqualTo(buffered ? BUFFER : 0);
      }
    }
  }

  static Stream<Arguments> drawsNothing() {
    return Stream.of("naive", "ewc", "si", "lwf").map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("drawsNothing")
  void aTaskInOneRoundOfFourEpochsOrInFourIsTheSame(String id) {
    // Plain descent keeps nothing from step to step, and in the stream's order nothing is drawn.
    Course course = StreamOfToys.plain(4);
    ContinualStrategy strategy = Course.strategy(id, Map.of());
    ParameterVector start = course.model().initial(Seeds.root(5));
    List<State> once = course.run(strategy, start, 1, false);
    assertThat(course.run(strategy, start, 4, false)).isEqualTo(once);
  }
}
