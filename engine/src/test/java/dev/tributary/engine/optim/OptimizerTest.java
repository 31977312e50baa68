package dev.tributary.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Two steps by hand for each optimiser, from w = 1 with gradients 0.5 and -0.25. */
class OptimizerTest {
  private static OptimizerOptions options(Map<String, Object> settings) {
    return OptimizerOptions.from(MapSettings.of(settings));
  }

  private static double[] run(Map<String, Object> settings) {
    double[] weights = new double[2];
    for (Engine engine : new Engine[] {Engine.create(), Engine.reference()}) {
      Tensor w = Tensor.zeros(Shape.of(1), engine.type());
      Tensor g = Tensor.zeros(Shape.of(1), engine.type());
      w.set(new double[] {1});
      try (Optimizer optimizer = new Optimizer(options(settings), engine, 1)) {
        optimizer.reset(2);
        g.set(new double[] {0.5});
        optimizer.update(w, g);
        weights[0] = w.toDoubles()[0];
        g.set(new double[] {-0.25});
        optimizer.update(w, g);
        double second = w.toDoubles()[0];
        // A fresh start forgets the state.
        optimizer.reset(2);
        w.set(new double[] {1});
        g.set(new double[] {0.5});
        optimizer.update(w, g);
        assertThat(w.toDoubles()[0]).isEqualTo(weights[0]);
        if (engine.type() == DataType.FLOAT) {
          weights[1] = second;
        } else {
          assertThat(weights[1]).isEqualTo(second, offset(2e-7));
          weights[1] = second;
        }
      }
    }
    return weights;
  }

  @Test
  void plainDescent() {
    assertThat(run(Map.of("lr", 0.1))).containsExactly(new double[] {0.95, 0.975}, offset(1e-12));
  }

  @Test
  void weightDecay() {
    // 1 - 0.1 (0.5 + 0.2 * 1) = 0.93; 0.93 - 0.1 (-0.25 + 0.2 * 0.93) = 0.9364.
    assertThat(run(Map.of("lr", 0.1, "weight-decay", 0.2)))
        .containsExactly(new double[] {0.93, 0.9364}, offset(1e-12));
  }

  @Test
  void momentum() {
    // v = 0.5, then 0.9 * 0.5 - 0.25 = 0.2.
    assertThat(run(Map.of("lr", 0.1, "momentum", 0.9)))
        .containsExactly(new double[] {0.95, 0.93}, offset(1e-12));
  }

  @Test
  void nesterov() {
    // 0.5 + 0.9 * 0.5 = 0.95; then -0.25 + 0.9 * 0.2 = -0.07.
    assertThat(run(Map.of("lr", 0.1, "momentum", 0.9, "nesterov", true)))
        .containsExactly(new double[] {0.905, 0.912}, offset(1e-12));
  }

  @Test
  void adam() {
    // Step 1: m/(1-b1) = 0.5, v/(1-b2) = 0.25, so a step of lr.
    // Step 2: m = 0.9 * 0.05 - 0.025 = 0.02, over 0.19; v = 0.999 * 0.00025 + 0.0000625, over
    // 0.001999.
    double second = 0.9 - 0.1 * (0.02 / 0.19) / Math.sqrt(0.00031225 / 0.001999);
    assertThat(run(Map.of("name", "adam", "lr", 0.1)))
        .containsExactly(new double[] {0.9, second}, offset(1e-7));
  }

  @Test
  void adamWithDecoupledDecay() {
    double second = 0.88 * 0.98 - 0.1 * (0.02 / 0.19) / Math.sqrt(0.00031225 / 0.001999);
    assertThat(run(Map.of("name", "adamw", "lr", 0.1, "weight-decay", 0.2)))
        .containsExactly(new double[] {0.88, second}, offset(1e-7));
  }

  @Test
  void schedules() {
    LearningRateSchedule warm = schedule(Map.of("warmup-steps", 4));
    assertThat(warm.factor(0, 10)).isEqualTo(0.25);
    assertThat(warm.factor(3, 10)).isEqualTo(1);
    assertThat(warm.factor(9, 10)).isEqualTo(1);
    LearningRateSchedule step = schedule(Map.of("name", "step", "every", 3, "decay", 0.5));
    assertThat(step.factor(2, 10)).isEqualTo(1);
    assertThat(step.factor(3, 10)).isEqualTo(0.5);
    assertThat(step.factor(6, 10)).isEqualTo(0.25);
    LearningRateSchedule cosine =
        schedule(Map.of("name", "cosine", "last", 0.2, "warmup-steps", 2));
    assertThat(cosine.factor(0, 10)).isEqualTo(0.5);
    assertThat(cosine.factor(2, 10)).isEqualTo(1);
    assertThat(cosine.factor(6, 10)).isEqualTo(0.6, offset(1e-12));
    assertThat(cosine.factor(10, 10)).isEqualTo(0.2, offset(1e-12));
  }

  private static LearningRateSchedule schedule(Map<String, Object> settings) {
    return LearningRateSchedule.from(MapSettings.of(settings));
  }

  @Test
  void errorsNameKeyValueAndRule() {
    assertThatThrownBy(() -> options(Map.of("lr", -1)))
        .hasMessageContaining("lr must be > 0")
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> options(Map.of("nesterov", true))).hasMessageContaining("momentum");
    assertThatThrownBy(() -> options(Map.of("name", "adam", "momentum", 0.9)))
        .hasMessageContaining("sgd");
    assertThatThrownBy(() -> options(Map.of("name", "adamm"))).hasMessageContaining("adamw");
    assertThatThrownBy(() -> options(Map.of("schedule", Map.of("decay", 0))))
        .hasMessageContaining("schedule.decay");
  }
}
