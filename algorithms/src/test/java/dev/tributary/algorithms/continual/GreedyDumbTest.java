package dev.tributary.algorithms.continual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.Toy;
import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Learner;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.StepHook;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps that GDumb takes on its memory at the end of a task, of three epochs. */
class GreedyDumbTest {

  /**
   * Seven examples in batches of three leave one over, which has no variance and is left out; in
   * batches of one there is nothing but single examples, and a residual network normalises them
   * over their places.
   */
  @ParameterizedTest
  @CsvSource({"1, 21", "2, 9", "3, 6", "4, 6", "7, 3", "8, 3"})
  void aLastSingleExampleIsLeftOutAndNoOther(int batchSize, int steps) {
    Model model = Toy.model(ModelFilling.BATCH_NORM, Map.of("name", "resnet-20", "width", 2));
    Course course = new Course(model, StreamOfToys.tasks(), 1, batchSize, 0.01);
    ContinualStrategy strategy = Course.strategy("gdumb", Map.of("buffer", 7, "epochs", 3));
    Seeds seeds = Seeds.root(8);
    Memory memory = new Memory(ParameterVector.zeros(course.memory(strategy)));
    try (LocalTrainer trainer = course.trainer(strategy)) {
      Learner learner = trainer.learn(model.initial(seeds), seeds, StepHook.NONE, 100);
      JoinedExamples seen = course.seen(0);
      Lesson lesson = new Lesson(learner, seen, 0, batchSize, seeds, seeds, memory);
      ContinualStrategy.Session session = strategy.open(lesson);
      for (int i = 0; i < seen.size(); i++) {
        session.observe(new Batch(new int[] {i}, 1));
      }
      session.end();
      assertThat(learner.steps()).isEqualTo(steps);
    }
  }
}
