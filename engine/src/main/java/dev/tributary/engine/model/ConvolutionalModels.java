package dev.tributary.engine.model;

/** The models that are chains of convolutions, pooling and dense layers, up to the classifier. */
final class ConvolutionalModels {
  /** Images of at least this many pixels a side need no padding before LeNet's convolutions. */
  private static final int LENET_SIDE = 32;

  private ConvolutionalModels() {}

  /**
   * FedBN's DigitModel: three 5x5 convolutions, pooling after the first two, three dense layers.
   */
  static void digits(ModelBuilder b, int narrow, int wide, int first, int second) {
    b.convolution(narrow, 5, 2)
        .maxPool(2)
        .convolution(narrow, 5, 2)
        .maxPool(2)
        .convolution(wide, 5, 2)
        .flatten()
        .hidden(first)
        .hidden(second);
  }

  /**
   * LeNet-5 with maximum pooling: made for 32x32, so that the digits' 28x28 are padded by 2 and
   * larger images are not.
   */
  static void lenet(ModelBuilder b) {
    b.convolution(6, 5, b.side() < LENET_SIDE ? 2 : 0)
        .maxPool(2)
        .convolution(16, 5, 0)
        .maxPool(2)
        .flatten()
        .hidden(120)
        .hidden(84);
  }

  /** Two 3x3 convolutions without padding, pooling, one dense layer; dropout after both parts. */
  static void cnnDropout(ModelBuilder b) {
    b.convolution(32, 3, 0)
        .convolution(64, 3, 0)
        .maxPool(2)
        .convolutionDropout()
        .flatten()
        .hidden(128);
  }

  /** AlexNet with the normalisation slots that FedBN gives it. */
  static void alexnet(ModelBuilder b) {
    b.convolution(64, 11, 4, 2)
        .maxPool(3, 2, 0)
        .convolution(192, 5, 2)
        .maxPool(3, 2, 0)
        .convolution(384, 3, 1)
        .convolution(256, 3, 1)
        .convolution(256, 3, 1)
        .maxPool(3, 2, 0)
        .averagePool(6)
        .flatten()
        .hidden(4096)
        .hidden(4096);
  }

  /**
   * AlexNet for images of 64 pixels: a quarter of its channels, a first convolution of 5x5 with
   * stride 2, no third pooling (64 pixels come to 6x6 without it), dense layers of 512. About 22
   * million operations a sample forward.
   */
  static void alexnet64(ModelBuilder b) {
    b.convolution(16, 5, 2, 0)
        .maxPool(3, 2, 0)
        .convolution(48, 5, 2)
        .maxPool(3, 2, 0)
        .convolution(96, 3, 1)
        .convolution(64, 3, 1)
        .convolution(64, 3, 1)
        .averagePool(6)
        .flatten()
        .hidden(512)
        .hidden(512);
  }
}
