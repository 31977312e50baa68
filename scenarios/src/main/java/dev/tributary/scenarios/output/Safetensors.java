package dev.tributary.scenarios.output;

import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Names;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights in the safetensors format: 8 bytes header length (little-endian), a JSON header with each
 * tensor's type, shape and byte range, then the raw float32 values. Roles stand in the header's
 * {@code __metadata__} as {@code role.NAME}.
 *
 * <p>Source: the format's description in the safetensors repository of Hugging Face.
 */
public final class Safetensors {
  private Safetensors() {}

  /** Writes all tensors of a vector, with further metadata, whole or not at all. */
  public static void write(Path file, ParameterVector weights, Map<String, String> metadata) {
    byte[] header = header(weights, metadata);
    AtomicFiles.write(
        file,
        out -> {
          ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
          out.write(length.putLong(header.length).array());
          out.write(header);
          for (ParameterSpec spec : weights.layout().specs()) {
            float[] values = weights.toArray(spec);
            ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            out.write(bytes.array());
          }
        });
  }

  private static byte[] header(ParameterVector weights, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    Map<String, String> facts = new LinkedHashMap<>(metadata);
    facts.put("layout", weights.layout().fingerprint());
    for (ParameterSpec spec : weights.layout().specs()) {
      facts.put("role." + spec.name(), Names.of(spec.role()));
    }
    header.put("__metadata__", facts);
    for (ParameterSpec spec : weights.layout().specs()) {
      Map<String, Object> tensor = new LinkedHashMap<>();
      tensor.put("dtype", "F32");
      tensor.put("shape", Arrays.stream(spec.shape().toLongs()).boxed().toList());
      tensor.put("data_offsets", List.of(bytes(spec.offset()), bytes(spec.end())));
      header.put(spec.name(), tensor);
    }
    String json = Json.line(header);
    // Spaces bring the values to a multiple of 8 bytes.
    int padding = -json.getBytes(StandardCharsets.UTF_8).length & 7;
    return (json + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private static long bytes(int elements) {
    return (long) Float.BYTES * elements;
  }
}
