package dev.tributary.engine.onednn;

/**
 * A tensor with its part in an operation.
 *
 * @param index oneDNN's number of the part
 * @param memory the tensor
 */
public record Argument(int index, Memory memory) {
  /** What an operation reads. */
  public static Argument src(Memory memory) {
    return new Argument(1, memory);
  }

  /** The second thing that a binary operation reads. */
  public static Argument src1(Memory memory) {
    return new Argument(2, memory);
  }

  /** What an operation writes. */
  public static Argument dst(Memory memory) {
    return new Argument(17, memory);
  }

  /** Weights. */
  public static Argument weights(Memory memory) {
    return new Argument(33, memory);
  }

  /** A bias. */
  public static Argument bias(Memory memory) {
    return new Argument(41, memory);
  }

  /** Means per channel. */
  public static Argument mean(Memory memory) {
    return new Argument(49, memory);
  }

  /** Variances per channel. */
  public static Argument variance(Memory memory) {
    return new Argument(50, memory);
  }

  /** Scales per channel. */
  public static Argument scale(Memory memory) {
    return new Argument(51, memory);
  }

  /** Shifts per channel. */
  public static Argument shift(Memory memory) {
    return new Argument(52, memory);
  }

  /** What a forward operation leaves for its backward one. */
  public static Argument workspace(Memory memory) {
    return new Argument(64, memory);
  }

  /** The gradient of what was read. */
  public static Argument diffSrc(Memory memory) {
    return new Argument(129, memory);
  }

  /** The gradient of what was written. */
  public static Argument diffDst(Memory memory) {
    return new Argument(145, memory);
  }

  /** The gradient of weights. */
  public static Argument diffWeights(Memory memory) {
    return new Argument(161, memory);
  }

  /** The gradient of a bias. */
  public static Argument diffBias(Memory memory) {
    return new Argument(169, memory);
  }

  /** The gradient of scales. */
  public static Argument diffScale(Memory memory) {
    return new Argument(255, memory);
  }

  /** The gradient of shifts. */
  public static Argument diffShift(Memory memory) {
    return new Argument(256, memory);
  }
}
