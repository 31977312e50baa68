package dev.tributary.engine.model;

/** The residual networks of He, Zhang, Ren and Sun (CVPR 2016), up to the classifier. */
final class ResidualModels {
  /** Larger images get the stem for photographs. */
  private static final int SMALL_SIDE = 64;

  private ResidualModels() {}

  /**
   * ResNet-20 for CIFAR: three stages of three blocks; the paper's width is 16. Shortcuts that
   * change the shape are 1x1 convolutions (option B), where the paper's CIFAR networks pad with
   * zeros.
   */
  static void resnet20(ModelBuilder b, int width) {
    b.convolution(width, 3, 1);
    stage(b, 3, width, 1);
    stage(b, 3, 2 * width, 2);
    stage(b, 3, 4 * width, 2);
    b.averagePool(1).flatten();
  }

  /**
   * ResNet-18: four stages of two blocks; the paper's width is 64. Images of up to 64 pixels a side
   * enter by a 3x3 convolution, larger ones by the paper's 7x7 with stride 2 and pooling.
   */
  static void resnet18(ModelBuilder b, int width) {
    if (b.side() <= SMALL_SIDE) {
      b.convolution(width, 3, 1);
    } else {
      b.convolution(width, 7, 2, 3).maxPool(3, 2, 1);
    }
    stage(b, 2, width, 1);
    stage(b, 2, 2 * width, 2);
    stage(b, 2, 4 * width, 2);
    stage(b, 2, 8 * width, 2);
    b.averagePool(1).flatten();
  }

  private static void stage(ModelBuilder b, int blocks, int channels, int stride) {
    b.basicBlock(channels, stride);
    for (int i = 1; i < blocks; i++) {
      b.basicBlock(channels, 1);
    }
  }
}
