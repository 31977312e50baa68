package dev.tributary.engine.integer;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.Settings;
import java.util.List;
import java.util.Map;

/** The ways to multiply integers that this machine has. */
public final class Tiers {
  /** The tier that {@link #fastest} chooses. */
  public static final String AUTO = "auto";

  private static final List<String> NAMES =
      List.of(AUTO, "native", "onednn", "float", "cuda", "reference");

  private Tiers() {}

  /**
   * Reads {@code integer} (auto, native, onednn, float, cuda or reference; default auto: native
   * where it was built, else float, which runs wherever the kernels do).
   *
   * @param kernels multiply for the tier {@code float}
   */
  public static IntegerGemm from(Settings settings, Kernels kernels) {
    String name = settings.text("integer", AUTO);
    return switch (name) {
      case AUTO -> fastest(kernels);
      case "native" -> {
        settings.require(
            NativeGemm.available(),
            "integer",
            "auto, onednn, float or reference on this machine (built without a C compiler)",
            name);
        yield new NativeGemm();
      }
      case "onednn" -> {
        settings.require(
            OneDnnGemm.available(),
            "integer",
            "auto, native, float or reference on this machine (no oneDNN)",
            name);
        yield new OneDnnGemm();
      }
      case "float" -> new FloatGemm(kernels);
      case "cuda" -> {
        String absence = GpuGemm.absence();
        settings.require(
            absence.isEmpty(),
            "integer",
            "auto, native, onednn, float or reference on this machine (" + absence + ")",
            name);
        yield new GpuGemm();
      }
      case "reference" -> new ReferenceGemm();
      default -> throw settings.mustBe("integer", "one of " + String.join(", ", NAMES), name);
    };
  }

  /**
   * A tier by a name that {@link #from} knows.
   *
   * @param kernels multiply for the tier {@code float}
   */
  public static IntegerGemm create(String name, Kernels kernels) {
    return from(MapSettings.of(Map.of("integer", name)), kernels);
  }

  /**
   * The native tier where it was built, else products of float32: both take any operands of up to
   * 2^24 a product.
   */
  public static IntegerGemm fastest(Kernels kernels) {
    return NativeGemm.available() ? new NativeGemm() : new FloatGemm(kernels);
  }
}
