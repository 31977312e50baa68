package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.nn.L1BatchNorm;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** L1 normalisation against numbers computed elsewhere (in NumPy, in double precision). */
class L1NormVectorsTest {
  private static final double EPS = 1e-5;

  private static JsonNode vector(String name) throws IOException {
    try (InputStream in = L1NormVectorsTest.class.getResourceAsStream("/algorithm-vectors.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in)).required(name);
    }
  }

  private static double[] numbers(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray()
        : new double[] {node.doubleValue()};
  }

  private static Tensor tensor(DataType type, double... values) {
    Tensor tensor = Tensor.zeros(Shape.of(values.length), type);
    tensor.set(values);
    return tensor;
  }

  @ParameterizedTest
  @CsvSource({"l1_c1, FLOAT", "l1_c1, DOUBLE", "l1_csqrtpi2, FLOAT", "l1_csqrtpi2, DOUBLE"})
  void batch(String name, DataType type) throws IOException {
    JsonNode v = vector(name);
    double kappa = name.equals("l1_c1") ? 1 : L1BatchNorm.SQRT_HALF_PI;
    double tolerance = type == DataType.DOUBLE ? 1e-9 : 1e-6;
    Kernels kernels = type == DataType.DOUBLE ? Nd4jKernels.INSTANCE : CpuKernels.INSTANCE;
    Tensor x = tensor(type, numbers(v.required("x"))).reshape(Shape.of(5, 1));
    Tensor gamma = tensor(type, numbers(v.required("gamma")));
    Tensor beta = tensor(type, numbers(v.required("beta")));
    Tensor mean = tensor(type, 0);
    Tensor spread = tensor(type, 0);
    Tensor y = tensor(type, 0, 0, 0, 0, 0).reshape(Shape.of(5, 1));
    kernels.l1Norm(x, gamma, beta, kappa, EPS, mean, spread, y);
    agree(mean, v, "mean", tolerance);
    agree(spread, v, "sigma1", tolerance);
    agree(y, v, "y", tolerance);

    Tensor dy = tensor(type, numbers(v.required("dy"))).reshape(Shape.of(5, 1));
    Tensor dscale = tensor(type, 0);
    Tensor dshift = tensor(type, 0);
    kernels.l1NormBackward(x, dy, gamma, kappa, EPS, mean, spread, dy, dscale, dshift);
    agree(dy, v, "dx", tolerance);
    agree(dscale, v, "dgamma", tolerance);
    agree(dshift, v, "dbeta", tolerance);
  }

  /** The same numbers as one sample of one channel with five positions. */
  @ParameterizedTest
  @CsvSource({"l1_c1, FLOAT", "l1_c1, DOUBLE", "l1_csqrtpi2, FLOAT", "l1_csqrtpi2, DOUBLE"})
  void layer(String name, DataType type) throws IOException {
    JsonNode v = vector(name);
    double kappa = name.equals("l1_c1") ? 1 : L1BatchNorm.SQRT_HALF_PI;
    double tolerance = type == DataType.DOUBLE ? 1e-9 : 1e-6;
    Kernels kernels = type == DataType.DOUBLE ? Nd4jKernels.INSTANCE : CpuKernels.INSTANCE;
    Tensor x = tensor(type, numbers(v.required("x"))).reshape(Shape.of(1, 1, 5));
    Tensor gamma = tensor(type, numbers(v.required("gamma")));
    Tensor beta = tensor(type, numbers(v.required("beta")));
    Tensor y = tensor(type, 0, 0, 0, 0, 0).reshape(Shape.of(1, 1, 5));
    kernels.l1GroupNorm(x, 1, gamma, beta, kappa, EPS, y);
    agree(y, v, "y", tolerance);

    Tensor dy = tensor(type, numbers(v.required("dy"))).reshape(Shape.of(1, 1, 5));
    Tensor dscale = tensor(type, 0);
    Tensor dshift = tensor(type, 0);
    kernels.l1GroupNormBackward(x, dy, 1, gamma, kappa, EPS, dy, dscale, dshift);
    agree(dy, v, "dx", tolerance);
    agree(dscale, v, "dgamma", tolerance);
    agree(dshift, v, "dbeta", tolerance);
  }

  private static void agree(Tensor actual, JsonNode vector, String key, double tolerance) {
    assertThat(actual.toDoubles())
        .as(key)
        .containsExactly(numbers(vector.required(key)), offset(tolerance));
  }
}
