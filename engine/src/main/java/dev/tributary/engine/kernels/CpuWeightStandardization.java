package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;

/** Float32 weight standardisation on the CPU, a row at a time, sums in double precision. */
final class CpuWeightStandardization {
  private CpuWeightStandardization() {}

  static void forward(Tensor w, Tensor gain, int ddof, double floor, Tensor out) {
    int rows = w.shape().axis(0);
    int length = w.size() / rows;
    float[] row = Scratch.get().floats(0, length);
    float[] gains = Scratch.get().floats(1, rows);
    load(gain, 0, gains, rows);
    for (int r = 0; r < rows; r++) {
      load(w, (long) r * length, row, length);
      double mean = mean(row, length);
      double spread = spread(squares(row, length, mean), length, ddof);
      double factor = gains[r] / Math.sqrt(Math.max(spread, floor));
      for (int i = 0; i < length; i++) {
        row[i] = (float) ((row[i] - mean) * factor);
      }
      store(row, out, (long) r * length, length);
    }
  }

  static void backward(
      Tensor w, Tensor gain, int ddof, double floor, Tensor dout, Tensor dw, Tensor dgain) {
    int rows = w.shape().axis(0);
    int length = w.size() / rows;
    float[] row = Scratch.get().floats(0, length);
    float[] up = Scratch.get().floats(1, length);
    float[] gains = Scratch.get().floats(2, rows);
    float[] gainGradients = Scratch.get().floats(3, rows);
    load(gain, 0, gains, rows);
    for (int r = 0; r < rows; r++) {
      load(w, (long) r * length, row, length);
      load(dout, (long) r * length, up, length);
      double mean = mean(row, length);
      double squares = squares(row, length, mean);
      double spread = spread(squares, length, ddof);
      double root = Math.sqrt(Math.max(spread, floor));
      double dot = 0;
      double upMean = 0;
      for (int i = 0; i < length; i++) {
        dot += up[i] * (row[i] - mean);
        upMean += up[i];
      }
      upMean /= length;
      // The centred row sums to zero, so the mean of the gradient is that of "up" alone.
      double projection = spread > floor ? dot / squares : 0;
      double factor = gains[r] / root;
      for (int i = 0; i < length; i++) {
        row[i] = (float) (factor * (up[i] - upMean - (row[i] - mean) * projection));
      }
      gainGradients[r] = (float) (dot / root);
      store(row, dw, (long) r * length, length);
    }
    store(gainGradients, dgain, 0, rows);
  }

  /** N times the variance with {@code ddof} degrees of freedom taken off. */
  static double spread(double squares, int length, int ddof) {
    return length > ddof ? squares * length / (length - ddof) : 0;
  }

  private static double mean(float[] row, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += row[i];
    }
    return sum / length;
  }

  private static double squares(float[] row, int length, double mean) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      double d = row[i] - mean;
      sum += d * d;
    }
    return sum;
  }
}
