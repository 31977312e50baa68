package dev.tributary.engine.nn;

import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.integer.Quantizer;

/**
 * The quantisers of a layer's precision, made once.
 *
 * @param up of W in Y
 * @param back of W in dX
 * @param input of X
 * @param down of dY in dX
 * @param across of dY in dW
 */
record Quantizers(Quantizer up, Quantizer back, Quantizer input, Quantizer down, Quantizer across) {

  static Quantizers of(Precision p) {
    return new Quantizers(p.up(), p.back(), p.input(), p.down(), p.across());
  }
}
