package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.settings.MapSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class EngineTest {
  private static Engine engine(Map<String, Object> settings) {
    return Engine.from(MapSettings.of(settings));
  }

  @Test
  void theFastKernelsReallyRunOnTheCpu() {
    assertThat(Engine.create().kernels()).isSameAs(CpuKernels.INSTANCE);
    assertThat(engine(Map.of()).kernels()).isSameAs(CpuKernels.INSTANCE);
    assertThat(engine(Map.of()).oneDnn()).isTrue();
    assertThat(engine(Map.of("kernels", "cpu")).oneDnn()).isFalse();
    assertThat(engine(Map.of("kernels", "nd4j")).kernels()).isSameAs(Nd4jKernels.INSTANCE);
  }

  @Test
  void fingerprintTellsEnginesApart() {
    Map<String, String> facts = Engine.create().fingerprint();
    assertThat(facts)
        .containsEntry("kernels", "onednn 3.11.0")
        .containsEntry("threads-per-worker", "1")
        .containsEntry("java", String.valueOf(Runtime.version().feature()))
        .containsKeys("os", "arch", "isa", "nd4j", "nd4j-classifier", "openblas-core");
    assertThat(facts.get("nd4j")).startsWith("1.0.0");
    assertThat(Engine.create().fingerprint()).isEqualTo(facts);
    assertThat(engine(Map.of("kernels", "cpu")).fingerprint()).containsEntry("kernels", "cpu");
    assertThat(engine(Map.of("threads-per-worker", 2)).fingerprint()).isNotEqualTo(facts);
  }

  @Test
  void errorsNameTheChoices() {
    assertThatThrownBy(() -> engine(Map.of("kernels", "gpu"))).hasMessageContaining("nd4j");
    assertThatThrownBy(() -> engine(Map.of("threads-per-worker", 0)))
        .hasMessageContaining("threads-per-worker");
    assertThatThrownBy(() -> new Engine(CpuKernels.INSTANCE, DataType.DOUBLE, 1, false))
        .hasMessageContaining("nd4j");
    assertThatThrownBy(() -> new Engine(Nd4jKernels.INSTANCE, DataType.FLOAT, 1, true))
        .hasMessageContaining("cpu");
  }
}
