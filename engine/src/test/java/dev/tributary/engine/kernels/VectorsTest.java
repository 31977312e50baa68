package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.optim.AdaptiveGradientClipping;
import dev.tributary.engine.optim.Proximal;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Numbers computed elsewhere (in NumPy, in double precision): weight standardisation, adaptive
 * clipping, batch normalisation, the proximal term, the theory of ReLU's gain.
 */
class VectorsTest {
  private static final JsonNode VECTORS = vectors();

  /** Both implementations, each as exact as its type allows. */
  enum Tier {
    CPU(DataType.FLOAT, 2e-6),
    ND4J(DataType.DOUBLE, 1e-9);

    final DataType type;
    final double tolerance;

    Tier(DataType type, double tolerance) {
      this.type = type;
      this.tolerance = tolerance;
    }

    Kernels kernels() {
      return this == CPU ? CpuKernels.INSTANCE : Nd4jKernels.INSTANCE;
    }

    Tensor tensor(JsonNode node) {
      Tensor tensor = Tensor.zeros(shape(node), type);
      tensor.set(numbers(node));
      return tensor;
    }

    Tensor like(Tensor other) {
      return Tensor.zeros(other.shape(), type);
    }

    void agree(Tensor actual, JsonNode expected) {
      assertThat(actual.toDoubles()).containsExactly(numbers(expected), offset(tolerance));
    }
  }

  private static JsonNode vectors() {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/algorithm-vectors.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new IllegalStateException("the test vectors cannot be read", e);
    }
  }

  private static JsonNode at(String path) {
    JsonNode node = VECTORS.at("/" + path);
    assertThat(node.isMissingNode()).as(path).isFalse();
    return node;
  }

  private static double[] numbers(JsonNode node) {
    List<Double> values = new ArrayList<>();
    collect(node, values);
    return values.stream().mapToDouble(d -> d).toArray();
  }

  private static void collect(JsonNode node, List<Double> into) {
    if (node.isArray()) {
      node.forEach(n -> collect(n, into));
    } else {
      into.add(node.doubleValue());
    }
  }

  private static Shape shape(JsonNode node) {
    List<Integer> lengths = new ArrayList<>();
    for (JsonNode n = node; n.isArray(); n = n.get(0)) {
      lengths.add(n.size());
    }
    return Shape.of(lengths.stream().mapToInt(i -> i).toArray());
  }

  @ParameterizedTest
  @EnumSource
  void weightStandardization(Tier tier) {
    for (String name : List.of("ws_biased", "ws_unbiased")) {
      int ddof = name.equals("ws_biased") ? 0 : 1;
      Tensor w = tier.tensor(at(name + "/W"));
      Tensor gain = tier.tensor(at(name + "/gain"));
      Tensor out = tier.like(w);
      tier.kernels().standardizeRows(w, gain, ddof, 1e-4, out);
      tier.agree(out, at(name + "/What"));
      Tensor dw = tier.like(w);
      Tensor dgain = tier.like(gain);
      Tensor up = tier.tensor(at(name + "/dWhat"));
      tier.kernels().standardizeRowsBackward(w, gain, ddof, 1e-4, up, dw, dgain);
      tier.agree(dw, at(name + "/dW"));
      tier.agree(dgain, at(name + "/dgain"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void weightStandardizationAtItsFloor(Tier tier) {
    Tensor w = tier.tensor(at("ws_clamped/W"));
    Tensor gain = Tensor.zeros(Shape.of(1), tier.type);
    gain.set(new double[] {1});
    Tensor out = tier.like(w);
    tier.kernels().standardizeRows(w, gain, 0, 1e-4, out);
    // The weights as floats are off by 1e-8, and the floor multiplies that by 100.
    double tolerance = Math.max(tier.tolerance, tier == Tier.CPU ? 1e-5 : 0);
    assertThat(out.toDoubles()).containsExactly(numbers(at("ws_clamped/What")), offset(tolerance));
  }

  @ParameterizedTest
  @EnumSource
  void adaptiveGradientClipping(Tier tier) {
    Stream.of("agc", "agc/bias")
        .forEach(
            name -> {
              Tensor w = tier.tensor(at(name + "/W"));
              Tensor g = tier.tensor(at(name + "/G"));
              ParameterLayout layout =
                  ParameterLayout.builder()
                      .add("t", w.shape().rank() == 1 ? Role.BIAS : Role.WEIGHT, w.shape())
                      .build();
              Shape flat = Shape.of(w.size());
              AdaptiveGradientClipping.clip(
                  g.reshape(flat),
                  w.reshape(flat),
                  layout,
                  at(name + "/lam").doubleValue(),
                  1e-3,
                  false,
                  false);
              tier.agree(g, at(name + "/out"));
            });
  }

  @ParameterizedTest
  @EnumSource
  void batchNorm(Tier tier) {
    Tensor x = tier.tensor(at("bn_basic/x")).reshape(Shape.of(4, 1));
    Tensor one = Tensor.zeros(Shape.of(1), tier.type);
    one.set(new double[] {1});
    Tensor zero = Tensor.zeros(Shape.of(1), tier.type);
    Tensor mean = Tensor.zeros(Shape.of(1), tier.type);
    Tensor var = Tensor.zeros(Shape.of(1), tier.type);
    Tensor y = tier.like(x);
    tier.kernels().batchNorm(x, one, zero, 1e-5, mean, var, y);
    tier.agree(y, at("bn_basic/y"));
    tier.agree(mean, at("bn_basic/mean"));
    tier.agree(var, at("bn_basic/var_biased"));
  }

  @ParameterizedTest
  @EnumSource
  void proximal(Tier tier) {
    Tensor w = tier.tensor(at("fedprox/w"));
    Tensor start = tier.tensor(at("fedprox/wglobal"));
    double mu = at("fedprox/mu").doubleValue();
    Tensor g = tier.like(w);
    Proximal.addGradient(mu, w, start, g);
    tier.agree(g, at("fedprox/grad_squared"));
    Tensor unsquared = tier.like(w);
    Proximal.addUnsquaredGradient(mu, w, start, unsquared);
    tier.agree(unsquared, at("fedprox/grad_office_unsquared"));
  }

  @Test
  void gainOfRelu() {
    assertThat(ActivationKind.RELU.gain()).isEqualTo(at("gamma/relu_deepmind").doubleValue());
    double theory = Math.sqrt(2 / (1 - 1 / Math.PI));
    assertThat(theory).isEqualTo(at("gamma/relu_theory").doubleValue(), offset(1e-15));
  }
}
