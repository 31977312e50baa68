package dev.tributary.engine.diagnostics;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * What the units behind one nonlinearity did on a probe: a unit is a feature, or a channel over all
 * its places.
 */
public final class UnitActivity {
  private final double[] sums;
  private final boolean[] active;

  UnitActivity(int units) {
    this.sums = new double[units];
    this.active = new boolean[units];
  }

  /** The number of units. */
  public int units() {
    return sums.length;
  }

  /** Whether the unit gave exactly 0 on every example, everywhere. */
  public boolean dead(int unit) {
    return !active[unit];
  }

  /** How many units are dead. */
  public int dead() {
    int dead = 0;
    for (boolean a : active) {
      dead += a ? 0 : 1;
    }
    return dead;
  }

  /**
   * Each unit's score (Sokar et al., 2023): its mean absolute activation over examples and places,
   * divided by the mean of that over the layer's units. All 0 where nothing in the layer is active.
   */
  public double[] scores() {
    double mean = Arrays.stream(sums).sum() / sums.length;
    return Arrays.stream(sums).map(s -> mean == 0 ? 0 : s / mean).toArray();
  }

  /** How many units are dormant: have a score of at most {@code tau}. */
  public int dormant(double tau) {
    return (int) Arrays.stream(scores()).filter(s -> s <= tau).count();
  }

  void clear() {
    Arrays.fill(sums, 0);
    Arrays.fill(active, false);
  }

  /** Adds a batch's activations, [n, units, ...]. */
  void add(Tensor activations) {
    float[] values = activations.toFloats();
    int units = sums.length;
    int places = activations.shape().rowSize() / units;
    for (int at = 0; at < values.length; at += places) {
      int unit = at / places % units;
      for (int i = at; i < at + places; i++) {
        sums[unit] += Math.abs(values[i]);
        active[unit] |= values[i] != 0;
      }
    }
  }
}
