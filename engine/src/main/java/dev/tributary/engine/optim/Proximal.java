package dev.tributary.engine.optim;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Tensor;

/** The gradient of a proximal term that ties local weights to those the training started from. */
public final class Proximal {
  private Proximal() {}

  /**
   * Adds the gradient of {@code mu / 2 * |w - start|^2} (FedProx, Li et al., 2020): {@code g += mu
   * * (w - start)}. A mu of 0 leaves every bit of g as it is.
   *
   * @param mu &ge; 0
   */
  public static void addGradient(double mu, Tensor w, Tensor start, Tensor g) {
    require(mu);
    if (mu > 0) {
      Engine.kernelsFor(g).addProximal(mu, w, start, g);
    }
  }

  /**
   * Adds the gradient of {@code mu / 2 * |w - start|}, without the square, as FedBN's released code
   * has it for two of its data sets: {@code g += mu / 2 * (w - start) / |w - start|}. At w = start,
   * where there is no gradient, and for a mu of 0, g keeps its bits.
   *
   * @param mu &ge; 0
   */
  public static void addUnsquaredGradient(double mu, Tensor w, Tensor start, Tensor g) {
    require(mu);
    Kernels kernels = Engine.kernelsFor(g);
    double distance = mu > 0 ? kernels.distance(w, start) : 0;
    if (distance > 0) {
      kernels.addProximal(mu / 2 / distance, w, start, g);
    }
  }

  private static void require(double mu) {
    if (!(mu >= 0 && Double.isFinite(mu))) {
      throw new IllegalArgumentException(
          "the mu of a proximal term must be >= 0 and finite, got " + mu);
    }
  }
}
