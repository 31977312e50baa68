package dev.tributary.engine.model;

/** The residual networks of He, Zhang, Ren and Sun (CVPR 2016), up to the classifier. */
final class ResidualModels {
  /** Larger images get the stem for photographs. */
  private static final int SMALL_SIDE = 64;

  private ResidualModels() {}

  /**
   * ResNet-20 for CIFAR: three stages of three blocks with 16, 32 and 64 channels. Shortcuts that
   * change the shape are 1x1 convolutions (option B), where the paper's CIFAR networks pad with
   * zeros.
   */
  static void resnet20(ModelBuilder b) {
    b.convolution(16, 3, 1);
    stage(b, 3, 16, 1);
    stage(b, 3, 32, 2);
    stage(b, 3, 64, 2);
    b.averagePool(1).flatten();
  }

  /**
   * ResNet-18: four stages of two blocks with 64 to 512 channels. Images of up to 64 pixels a side
   * enter by a 3x3 convolution, larger ones by the paper's 7x7 with stride 2 and pooling.
   */
  static void resnet18(ModelBuilder b) {
    if (b.side() <= SMALL_SIDE) {
      b.convolution(64, 3, 1);
    } else {
      b.convolution(64, 7, 2, 3).maxPool(3, 2, 1);
    }
    stage(b, 2, 64, 1);
    stage(b, 2, 128, 2);
    stage(b, 2, 256, 2);
    stage(b, 2, 512, 2);
    b.averagePool(1).flatten();
  }

  private static void stage(ModelBuilder b, int blocks, int channels, int stride) {
    b.basicBlock(channels, stride);
    for (int i = 1; i < blocks; i++) {
      b.basicBlock(channels, 1);
    }
  }
}
