package dev.tributary.datasets.corruption;

import dev.tributary.engine.random.RandomStream;

/** A corruption at one severity, ready for any number of images. */
interface Operation {

  /**
   * The corrupted image, of the same size and channels; numbers outside [0, 1] are clipped later.
   *
   * @param image pixels that are whole levels of 8 bits
   * @param random this image's own stream
   */
  Image apply(Image image, RandomStream random);
}
