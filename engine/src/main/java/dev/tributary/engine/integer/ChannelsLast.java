package dev.tributary.engine.integer;

import dev.tributary.engine.tensor.Tensor;

/** Turns images and kernels from channels first to channels last, and back. For one thread. */
public final class ChannelsLast {
  private final Loops loops = Loops.fastest();
  private final Floats source = new Floats();
  private final Floats target = new Floats();

  /** What turns. */
  public ChannelsLast() {}

  /**
   * {@code to[m][position][channel] = from[m][channel][position]}; the way back is the same with
   * channels and positions changed over.
   *
   * @param count the images, or a convolution's output channels
   * @param channels of each
   * @param positions of each: height times width
   */
  public void turn(Tensor from, int count, int channels, int positions, Tensor to) {
    long size = (long) count * channels * positions;
    if (from.isDouble() || to.isDouble() || from.size() != size || to.size() != size) {
      throw new IllegalArgumentException(
          "cannot turn %s into %s as float32 of %d x %d x %d"
              .formatted(from, to, count, channels, positions));
    }
    loops.transpose(source.values(from), count, channels, positions, target.room(to));
    target.give(to);
  }
}
