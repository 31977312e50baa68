package dev.tributary.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TensorMemoryTest {
  @Test
  void viewsAndMemoryAlias() {
    try (Tensor t = Tensor.zeros(Shape.of(4, 3))) {
      t.set(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
      Tensor v = t.view(5, Shape.of(2, 2));
      assertThat(v.toFloats()).containsExactly(5, 6, 7, 8);
      assertThat(v.memory().get(ValueLayout.JAVA_FLOAT, 4)).isEqualTo(6f);
      v.memory().set(ValueLayout.JAVA_FLOAT, 4, 60f);
      assertThat(t.array().getFloat(2, 0)).isEqualTo(60f);
      Tensor r = t.rows(2);
      assertThat(r.memory().byteSize()).isEqualTo(24);
      r.array().addi(1);
      assertThat(t.memory().get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1f);
    }
  }
}
