package dev.tributary.benchmarks.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EffortTest {
  /** 784 places, 64 channels, 75 multiplications and as many additions each, 2 samples. */
  @Test
  void convolutionsCountOperations() {
    assertThat(Effort.of(Subjects.named("digit-cnn/conv1"), 2, false))
        .isEqualTo(new Effort(2.0 * 784 * 64 * 75 * 2, "GFLOP/s"));
    assertThat(Effort.of(Subjects.named("digit-cnn/conv1"), 2, true).amount())
        .isEqualTo(4.0 * 784 * 64 * 75 * 2);
  }

  @Test
  void denseLayersCountOperations() {
    assertThat(Effort.of(Subjects.named("lite-cnn/fc3"), 1, false).amount())
        .isEqualTo(2.0 * 64 * 10);
  }

  /** In: 16 x 28 x 28, out: 16 x 14 x 14 numbers of 4 bytes. */
  @Test
  void othersCountBytes() {
    assertThat(Effort.of(Subjects.named("lite-cnn/pool2"), 1, false))
        .isEqualTo(new Effort(4.0 * (12544 + 3136), "GB/s"));
    assertThat(Effort.of(Subjects.named("lite-cnn/pool2"), 1, true).amount())
        .isEqualTo(4.0 * (2 * 12544 + 3136));
  }
}
