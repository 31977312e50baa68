package dev.tributary.algorithms.testtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.UnlabelledLoss;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The losses without labels against NumPy's numbers and against central differences. */
class LossesTest {
  private static final double[] LOGITS = {2, 1, 0, 0, 1.5, 0.5, 1, 1, 1, 0.2, 0.1, 3};

  private static double value(UnlabelledLoss loss, double[] logits, int classes) {
    return loss.lossAndGradient(
        logits, logits.length / classes, classes, new double[logits.length]);
  }

  private static double[] gradient(UnlabelledLoss loss, double[] logits, int classes) {
    double[] gradient = new double[logits.length];
    Arrays.fill(gradient, 77);
    loss.lossAndGradient(logits, logits.length / classes, classes, gradient);
    return gradient;
  }

  private static UnlabelledLoss core(CoreLoss loss, double temperature) {
    return (logits, n, classes, into) ->
        loss.lossAndGradient(logits, n, classes, temperature, into);
  }

  /** The vectors tta_losses, computed in NumPy. */
  @Test
  void valuesAgreeWithTheVectors() {
    assertThat(value(Tent::entropy, LOGITS, 3)).isEqualTo(0.8105410713618643, offset(1e-12));
    assertThat(value(core(CoreLoss.ROW_NORMALISED, 1), LOGITS, 3))
        .isEqualTo(0.47838504789445385, offset(1e-12));
    assertThat(value(core(CoreLoss.COSINE, 1), LOGITS, 3))
        .isEqualTo(0.46895726341246585, offset(1e-12));
    assertThat(value(core(CoreLoss.UNNORMALISED, 1), LOGITS, 3))
        .isEqualTo(0.4698445532571237, offset(1e-12));
    assertThat(value(core(CoreLoss.MCC, 2), LOGITS, 3))
        .isEqualTo(0.6039002509964316, offset(1e-12));
  }

  /** Central differences in NumPy for the first. */
  @Test
  void gradientsAgreeWithTheVectors() {
    assertThat(gradient(core(CoreLoss.ROW_NORMALISED, 1), LOGITS, 3))
        .containsExactly(
            new double[] {
              -0.05691509596950084, 0.03461043296404398, 0.02230466306096801,
              0.02447562374996437, -0.06004388722335996, 0.03556826339012886,
              -0.00420012011281834, -0.006026870641440141, 0.010226990809769632,
              0.017340209268468243, 0.015172767903193218, -0.03251297719941704
            },
            offset(1e-9));
    assertThat(gradient(Tent::entropy, LOGITS, 3))
        .containsExactly(
            new double[] {
              -0.07064686276986054,
              0.03519258936740753,
              0.03545427340245304,
              0.037108997834850166,
              -0.069388404696764,
              0.03227940686191385,
              0,
              0,
              0,
              0.034120908798412564,
              0.03210665819715299,
              -0.06622756699556556
            },
            offset(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void gradientsMatchCentralDifferencesOfTheWrittenFormula(CoreLoss loss) {
    int classes = 5;
    double[] logits = new double[7 * classes];
    RandomStream stream = Seeds.root(3).stream();
    Arrays.setAll(logits, i -> 2 * stream.nextGaussian());
    for (double temperature : new double[] {1, 2.5}) {
      double[] weights = weights(loss, logits, classes, temperature);
      ToDoubleFunction<double[]> written = z -> written(loss, z, classes, temperature, weights);
      assertThat(value(core(loss, temperature), logits, classes))
          .isEqualTo(written.applyAsDouble(logits), offset(1e-12));
      differences(written, logits, gradient(core(loss, temperature), logits, classes));
    }
  }

  @Test
  void gradientOfEntropyMatchesCentralDifferences() {
    double[] logits = {3, -1, 0.5, 2, 0, 0.1, -4, 2, 2, 1};
    ToDoubleFunction<double[]> written =
        z -> {
          double[] p = softmax(z, 5, 1);
          double sum = 0;
          for (double share : p) {
            sum -= share * Math.log(share);
          }
          return sum / 2;
        };
    differences(written, logits, gradient(Tent::entropy, logits, 5));
  }

  private static void differences(ToDoubleFunction<double[]> f, double[] at, double[] gradient) {
    double largest = 0;
    for (int i = 0; i < at.length; i++) {
      double[] moved = at.clone();
      moved[i] = at[i] + 1e-5;
      double above = f.applyAsDouble(moved);
      moved[i] = at[i] - 1e-5;
      double numeric = (above - f.applyAsDouble(moved)) / 2e-5;
      assertThat(gradient[i]).as("element %d", i).isEqualTo(numeric, offset(1e-9));
      largest = Math.max(largest, Math.abs(numeric));
    }
    assertThat(largest).isGreaterThan(1e-3);
  }

  /** Softmaxes that are exactly 0 and 1 leave no NaN. */
  @Test
  void certaintyIsFinite() {
    double[] logits = {1000, 0, -1000, 1000, 0, 0};
    for (CoreLoss loss : CoreLoss.values()) {
      assertThat(value(core(loss, 1), logits, 3)).isBetween(-1e-15, 1.0);
      assertThat(gradient(core(loss, 1), logits, 3)).containsExactly(new double[6], offset(1e-12));
    }
    assertThat(value(Tent::entropy, logits, 3)).isZero();
    assertThat(gradient(Tent::entropy, logits, 3)).containsExactly(new double[6], offset(1e-12));
  }

  private static double[] softmax(double[] z, int classes, double temperature) {
    double[] p = new double[z.length];
    for (int from = 0; from < z.length; from += classes) {
      double sum = 0;
      for (int i = from; i < from + classes; i++) {
        p[i] = Math.exp(z[i] / temperature);
        sum += p[i];
      }
      for (int i = from; i < from + classes; i++) {
        p[i] /= sum;
      }
    }
    return p;
  }

  private static double[] weights(CoreLoss loss, double[] z, int classes, double temperature) {
    double[] p = softmax(z, classes, temperature);
    double[] w = new double[z.length / classes];
    Arrays.fill(w, 1);
    if (loss == CoreLoss.MCC) {
      double sum = 0;
      for (int b = 0; b < w.length; b++) {
        double entropy = 0;
        for (int k = 0; k < classes; k++) {
          entropy -= p[b * classes + k] * Math.log(p[b * classes + k]);
        }
        w[b] = 1 + Math.exp(-entropy);
        sum += w[b];
      }
      for (int b = 0; b < w.length; b++) {
        w[b] *= w.length / sum;
      }
    }
    return w;
  }

  /** The formula as it is defined, with the whole matrix; the weights are constants. */
  private static double written(
      CoreLoss loss, double[] z, int classes, double temperature, double[] w) {
    double[] p = softmax(z, classes, temperature);
    double[][] c = new double[classes][classes];
    for (int b = 0; b < w.length; b++) {
      for (int i = 0; i < classes; i++) {
        for (int j = 0; j < classes; j++) {
          c[i][j] += w[b] * p[b * classes + i] * p[b * classes + j];
        }
      }
    }
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      double row = Arrays.stream(c[i]).sum();
      for (int j = 0; j < classes; j++) {
        if (i != j) {
          sum +=
              switch (loss) {
                case ROW_NORMALISED, MCC -> c[i][j] / row / classes;
                case COSINE -> c[i][j] / Math.sqrt(c[i][i] * c[j][j]) / (classes * (classes - 1));
                case UNNORMALISED -> c[i][j] / w.length;
              };
        }
      }
    }
    return sum;
  }
}
