package dev.tributary.engine.training;

import dev.tributary.engine.kernels.Softmax;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How far a classifier's confidence can be believed, as sums, so that parts can be added: for each
 * bin of confidence how sure it was and how often it was right.
 *
 * <p>The confidence of a prediction is the softmax's highest share. Bin m of M, from 0, holds the
 * confidences in (m / M, (m + 1) / M] (Guo, Pleiss, Sun and Weinberger, ICML 2017,
 * arXiv:1706.04599).
 *
 * @param bins {@link #BINS} of them, the lowest confidence first
 * @param entropySum the sum of the predictions' entropies, in nats
 */
public record Calibration(List<Bin> bins, double entropySum) {
  /** The number of bins. */
  public static final int BINS = 15;

  /** Nothing predicted. */
  public static final Calibration NONE =
      new Calibration(Collections.nCopies(BINS, new Bin(0, 0, 0)), 0);

  /**
   * The predictions whose confidence is in one interval.
   *
   * @param count how many there are
   * @param confidenceSum the sum of their confidences
   * @param correct how many of them are right
   */
  public record Bin(long count, double confidenceSum, long correct) {
    /** The two together. */
    public Bin plus(Bin other) {
      return new Bin(
          count + other.count, confidenceSum + other.confidenceSum, correct + other.correct);
    }
  }

  /** Checks the number of bins. */
  public Calibration {
    bins = List.copyOf(bins);
    if (bins.size() != BINS) {
      throw new IllegalArgumentException(
          "a calibration must have " + BINS + " bins, got " + bins.size());
    }
  }

  /**
   * That of a batch.
   *
   * @param logits [n, classes], row by row
   * @param labels at least n
   * @param n the number of samples
   * @param classes the number of classes
   */
  public static Calibration of(double[] logits, int[] labels, int n, int classes) {
    List<Bin> bins = new ArrayList<>(NONE.bins);
    double[] shares = new double[logits.length];
    double entropy = 0;
    for (int i = 0; i < n; i++) {
      entropy += Softmax.shares(logits, i * classes, classes, 1, shares);
      int predicted = Softmax.argmax(logits, i * classes, classes);
      double confidence = shares[i * classes + predicted];
      Bin one = new Bin(1, confidence, predicted == labels[i] ? 1 : 0);
      bins.set(bin(confidence), bins.get(bin(confidence)).plus(one));
    }
    return new Calibration(bins, entropy);
  }

  private static int bin(double confidence) {
    return Math.clamp((long) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
  }

  /** The two together. */
  public Calibration plus(Calibration other) {
    List<Bin> sums = new ArrayList<>();
    for (int m = 0; m < BINS; m++) {
      sums.add(bins.get(m).plus(other.bins.get(m)));
    }
    return new Calibration(sums, entropySum + other.entropySum);
  }

  /** The number of predictions. */
  public long examples() {
    return bins.stream().mapToLong(Bin::count).sum();
  }

  /**
   * The expected calibration error in [0, 1]: the distance between accuracy and mean confidence of
   * a bin, averaged over the predictions; NaN without any.
   */
  public double ece() {
    double distance = 0;
    for (Bin bin : bins) {
      distance += Math.abs(bin.correct() - bin.confidenceSum());
    }
    return distance / examples();
  }

  /** The mean entropy of a prediction in nats; NaN without any. */
  public double meanEntropy() {
    return entropySum / examples();
  }
}
