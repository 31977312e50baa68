package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three classes, one feature: the logits are (x, -x, 5). */
class LearnerTest {
  private static final Examples POINTS = new Points(new float[] {1, -1, -1, 1}, 0, 1, 0, 2);
  private static final Model MODEL =
      ModelCatalog.build(
          ModelOptions.from(MapSettings.of(Map.of("name", "logistic"))),
          ModelFilling.BATCH_NORM,
          Shape.of(1),
          3);
  private static final ParameterVector START =
      ParameterVector.of(MODEL.layout(), 1, -1, 0, 0, 0, 5);

  private final LocalTrainer trainer =
      new LocalTrainer(
          MODEL,
          Engine.create(),
          new LocalOptions(1, 2, OptimizerOptions.sgd(0.5), LocalOptions.DropLast.AUTO));

  private static final class Points implements Examples {
    private final float[] features;
    private final int[] labels;

    Points(float[] features, int... labels) {
      this.features = features;
      this.labels = labels;
    }

    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public Shape shape() {
      return Shape.of(1);
    }

    @Override
    public int classes() {
      return 3;
    }

    @Override
    public int label(int index) {
      return labels[index];
    }

    @Override
    public void read(int index, float[] target, int offset) {
      target[offset] = features[index];
    }
  }

  @AfterEach
  void close() {
    trainer.close();
  }

  /** Class 2 wins everywhere; between 0 and 1 the sign of x decides. */
  @Test
  void withinATaskOnlyItsClassesCompete() {
    Evaluation all = trainer.evaluate(START, POINTS);
    assertThat(all.correct()).isEqualTo(1);
    assertThat(all.correctWithin()).isEqualTo(1);
    Evaluation task = trainer.evaluate(START, POINTS, new int[] {0, 1});
    assertThat(task.correct()).isEqualTo(1);
    assertThat(task.correctWithin()).isEqualTo(2);
    assertThat(task.lossSum()).isEqualTo(all.lossSum());
    assertThat(task.plus(all)).isEqualTo(new Evaluation(8, 2, 3, task.lossSum() + all.lossSum()));
  }

  /** With the derivative of the loss by the logits given, W moves by -lr d x and b by -lr d. */
  @Test
  void passesOfAStepAddUp() {
    Learner learner = trainer.learn(START, Seeds.root(1), StepHook.NONE, 1);
    for (int i = 0; i < 2; i++) {
      learner.clear();
      assertThat(learner.add(POINTS, i)).isZero();
      assertThat(learner.label(0)).isEqualTo(i);
      float x = i == 0 ? 1 : -1;
      assertThat(learner.forward()).startsWith(x, -x, 5);
      learner.logitGradient()[i] = 1 + i;
      learner.backward();
    }
    assertThat(learner.steps()).isZero();
    learner.update();
    assertThat(learner.steps()).isEqualTo(1);
    // dW = (1 * 1, 2 * -1, 0), db = (1, 2, 0), lr 0.5
    float[] expected = {0.5f, 0, 0, -0.5f, -1, 5};
    float[] weights = learner.save().toArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat(weights[i]).isCloseTo(expected[i], within(1e-6f));
    }
    assertThatThrownBy(learner::update).hasMessageContaining("needs a backward pass");
  }

  @Test
  void whatIsDiscardedIsNotLearned() {
    Learner learner = trainer.learn(START, Seeds.root(1), StepHook.NONE, 1);
    learner.clear();
    learner.add(POINTS, 0);
    learner.forward();
    learner.logitGradient()[0] = 100;
    learner.backward();
    learner.discard();
    learner.forward();
    learner.backward();
    learner.update();
    assertThat(learner.save()).isEqualTo(START);
  }

  @Test
  void aBatchHoldsWhatThereIsRoomFor() {
    Learner learner = trainer.learn(START, Seeds.root(1), StepHook.NONE, 1);
    learner.clear();
    for (int i = 0; i < learner.capacity(); i++) {
      learner.add(POINTS, i % POINTS.size());
    }
    assertThatThrownBy(() -> learner.add(POINTS, 0))
        .hasMessageContaining("at most " + learner.capacity());
  }
}
