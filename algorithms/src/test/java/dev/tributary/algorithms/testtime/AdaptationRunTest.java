package dev.tributary.algorithms.testtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.Toy;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver, with a method that writes down what is done to it. */
class AdaptationRunTest {
  private static final Model MODEL = Toy.convolutional(ModelFilling.BATCH_NORM);

  /** Example i of class i mod 3, whose first feature is i. */
  private record Counting(int size, Shape shape) implements Examples {
    @Override
    public int classes() {
      return 3;
    }

    @Override
    public int label(int index) {
      return index % 3;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      target[offset] = index;
    }
  }

  /** Predicts class 0 for all, with logits (log 2, 0, 0), so with confidence 1/2. */
  private record Recorder(List<String> calls) implements TestTimeAdapter {
    @Override
    public String id() {
      return "recorder";
    }

    @Override
    public Session open(Model model, ParameterVector source, Engine engine, int largestBatch) {
      return new Session() {
        @Override
        public double[] predict(float[] features, int n) {
          StringBuilder batch = new StringBuilder();
          double[] logits = new double[n * 3];
          for (int i = 0; i < n; i++) {
            batch.append(i == 0 ? "" : " ").append((int) features[i * Toy.IMAGE.size()]);
            logits[i * 3] = Math.log(2);
          }
          calls.add(batch.toString());
          return logits;
        }

        @Override
        public void reset() {
          calls.add("reset");
        }

        @Override
        public ParameterVector adapted() {
          return source;
        }

        @Override
        public void close() {
          calls.add("close");
        }
      };
    }
  }

  private static final List<Shift> SHIFTS =
      List.of(
          new Shift("fog", new Counting(5, Toy.IMAGE)),
          new Shift("snow", new Counting(2, Toy.IMAGE)));

  private static List<ShiftResult> run(List<String> calls, ResetRule reset, List<Shift> shifts) {
    ParameterVector source = ParameterVector.zeros(MODEL.layout());
    return new AdaptationRun(new Recorder(calls), MODEL, Toy.engine(), 2, reset)
        .run(source, shifts);
  }

  private static List<String> calls(ResetRule reset) {
    List<String> calls = new ArrayList<>();
    run(calls, reset, SHIFTS);
    return calls;
  }

  @Test
  void feedsBatchesInOrderAndResetsByTheRule() {
    assertThat(calls(ResetRule.NEVER)).containsExactly("0 1", "2 3", "4", "0 1", "close");
    assertThat(calls(ResetRule.PER_SHIFT))
        .containsExactly("reset", "0 1", "2 3", "4", "reset", "0 1", "close");
    assertThat(calls(ResetRule.PER_BATCH))
        .containsExactly("reset", "0 1", "reset", "2 3", "reset", "4", "reset", "0 1", "close");
  }

  /** Of the labels 0 1 2 0 1 two are 0; of 0 1, one. Shares are 1/2, 1/4, 1/4. */
  @Test
  void countsEachShiftByItself() {
    List<ShiftResult> results = run(new ArrayList<>(), ResetRule.NEVER, SHIFTS);
    assertThat(results).extracting(ShiftResult::shift).containsExactly("fog", "snow");
    ShiftResult fog = results.getFirst();
    assertThat(fog.evaluation().examples()).isEqualTo(5);
    assertThat(fog.evaluation().correct()).isEqualTo(2);
    assertThat(fog.evaluation().lossSum())
        .isEqualTo(2 * Math.log(2) + 3 * Math.log(4), offset(1e-12));
    assertThat(fog.calibration().examples()).isEqualTo(5);
    assertThat(fog.calibration().ece()).isEqualTo(0.5 - 0.4, offset(1e-12));
    assertThat(fog.calibration().meanEntropy())
        .isEqualTo(0.5 * Math.log(2) + 0.5 * Math.log(4), offset(1e-12));
    assertThat(results.get(1).evaluation().correct()).isEqualTo(1);
    assertThat(results.get(1).calibration().ece()).isEqualTo(0, offset(1e-12));
  }

  @Test
  void dataThatDoNotFitAreRefused() {
    Shift other = new Shift("large", new Counting(3, Shape.of(3, 9, 9)));
    List<String> calls = new ArrayList<>();
    assertThatThrownBy(() -> run(calls, ResetRule.NEVER, List.of(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("large")
        .hasMessageContaining("[3, 9, 9]");
    assertThat(calls).containsExactly("close");
    assertThatThrownBy(() -> new Shift("none", new Counting(0, Toy.IMAGE)))
        .hasMessageContaining("none");
    assertThatThrownBy(
            () -> new AdaptationRun(new Source(), MODEL, Toy.engine(), 0, ResetRule.NEVER))
        .hasMessageContaining("batch size");
  }
}
