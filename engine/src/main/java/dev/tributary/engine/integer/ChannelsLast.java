package dev.tributary.engine.integer;

import dev.tributary.engine.tensor.Tensor;

/** Images and kernels from channels first to channels last, and back. */
public final class ChannelsLast {
  private ChannelsLast() {}

  /**
   * {@code to[m][position][channel] = from[m][channel][position]}; the way back is the same with
   * channels and positions changed over.
   *
   * @param count the images, or a convolution's output channels
   * @param channels of each
   * @param positions of each: height times width
   */
  public static void turn(Tensor from, int count, int channels, int positions, Tensor to) {
    long size = (long) count * channels * positions;
    if (from.isDouble() || to.isDouble() || from.size() != size || to.size() != size) {
      throw new IllegalArgumentException(
          "cannot turn %s into %s as float32 of %d x %d x %d"
              .formatted(from, to, count, channels, positions));
    }
    Loops.fastest().transpose(from.memory(), count, channels, positions, to.memory());
  }
}
