package dev.tributary.engine.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.eigen.Eigen;
import org.nd4j.linalg.factory.Nd4j;

class EffectiveRankTest {

  /** Rows with these first elements on the diagonal of a matrix of that width. */
  private static List<float[]> diagonal(int width, float... values) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      float[] row = new float[width];
      row[i] = values[i];
      rows.add(row);
    }
    return rows;
  }

  @Test
  void ofEqualSingularValuesIsTheRank() {
    assertThat(EffectiveRank.of(diagonal(7, 2, 2, 2))).isEqualTo(3, offset(1e-12));
    assertThat(EffectiveRank.of(diagonal(3, 0.1f, 0.1f, 0))).isEqualTo(2, offset(1e-12));
  }

  @Test
  void ofUnequalOnesIsTheExponentialOfTheirEntropy() {
    // p = (3/4, 1/4): exp(H) = 4 / 3^(3/4).
    assertThat(EffectiveRank.of(diagonal(2, 3, 1)))
        .isEqualTo(4 / StrictMath.pow(3, 0.75), offset(1e-12));
  }

  @Test
  void ofRowsThatAreMultiplesOfOneIsOne() {
    List<float[]> rows = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      rows.add(new float[] {i, -2f * i, 0.5f * i, 4f * i});
    }
    assertThat(EffectiveRank.of(rows)).isEqualTo(1, offset(1e-6));
  }

  @Test
  void ofZerosIsZero() {
    assertThat(EffectiveRank.of(List.of(new float[4], new float[4]))).isZero();
  }

  @Test
  void singularValuesOfASmallMatrixByHand() {
    // [[3, 0], [4, 5]]: A A^T has trace 50 and determinant 225, so its eigenvalues are 45 and 5.
    double[] s = EffectiveRank.singularValues(List.of(new float[] {3, 0}, new float[] {4, 5}));
    assertThat(s).containsExactly(new double[] {Math.sqrt(45), Math.sqrt(5)}, offset(1e-12));
  }

  /** The eigenvalues of the Gram matrix by a library, in double precision. */
  @Test
  void agreesWithALibraryOnRandomMatrices() {
    for (int[] shape : new int[][] {{1, 5}, {5, 1}, {13, 40}, {40, 13}, {64, 64}}) {
      RandomStream stream = Seeds.root(shape[0]).stream();
      List<float[]> rows = new ArrayList<>();
      double[][] matrix = new double[shape[0]][shape[1]];
      for (double[] values : matrix) {
        float[] row = new float[shape[1]];
        for (int i = 0; i < row.length; i++) {
          row[i] = (float) Math.max(0, stream.nextGaussian());
          values[i] = row[i];
        }
        rows.add(row);
      }
      INDArray a = Nd4j.createFromArray(matrix);
      INDArray gram = shape[0] < shape[1] ? a.mmul(a.transpose()) : a.transpose().mmul(a);
      double[] eigenvalues =
          Eigen.symmetricGeneralizedEigenvalues(gram.castTo(DataType.DOUBLE), true)
              .toDoubleVector();
      double[] s = EffectiveRank.singularValues(rows);
      assertThat(s).hasSize(Math.min(shape[0], shape[1]));
      Arrays.sort(eigenvalues);
      for (int i = 0; i < s.length; i++) {
        double expected = Math.max(0, eigenvalues[s.length - 1 - i]);
        assertThat(s[i] * s[i]).isEqualTo(expected, offset(1e-9 * (1 + s[0] * s[0])));
      }
    }
  }
}
