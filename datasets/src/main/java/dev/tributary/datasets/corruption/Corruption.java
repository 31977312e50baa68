package dev.tributary.datasets.corruption;

import java.util.Arrays;
import java.util.List;

/**
 * The corruptions: the fifteen of the benchmark in its order, then three of its four extra ones;
 * {@code spatter} is left out.
 *
 * <p>D. Hendrycks, T. Dietterich: Benchmarking Neural Network Robustness to Common Corruptions and
 * Perturbations. ICLR 2019, arXiv:1903.12261. Constants are those of CIFAR-10-C.
 */
public enum Corruption {
  /** Normal noise on every value. */
  GAUSSIAN_NOISE("gaussian_noise"),
  /** Photons counted in little light. */
  SHOT_NOISE("shot_noise"),
  /** Salt and pepper. */
  IMPULSE_NOISE("impulse_noise"),
  /** Out of focus. */
  DEFOCUS_BLUR("defocus_blur"),
  /** Seen through frosted glass. */
  GLASS_BLUR("glass_blur"),
  /** A camera that moves sideways. */
  MOTION_BLUR("motion_blur"),
  /** A camera that moves towards its subject. */
  ZOOM_BLUR("zoom_blur"),
  /** Falling snow. */
  SNOW("snow"),
  /** Crystals of ice on the lens. */
  FROST("frost"),
  /** Clouds of fog. */
  FOG("fog"),
  /** More light. */
  BRIGHTNESS("brightness"),
  /** Less contrast. */
  CONTRAST("contrast"),
  /** Small regions stretched and squeezed. */
  ELASTIC_TRANSFORM("elastic_transform"),
  /** Too few pixels. */
  PIXELATE("pixelate"),
  /** JPEG at low quality. */
  JPEG_COMPRESSION("jpeg_compression"),
  /** Noise in proportion to the pixel; an extra one. */
  SPECKLE_NOISE("speckle_noise"),
  /** A Gaussian filter; an extra one. */
  GAUSSIAN_BLUR("gaussian_blur"),
  /** Less color at severities 1 and 2, more at 3 to 5; an extra one. */
  SATURATE("saturate");

  /** The strongest severity; the weakest is 1. */
  public static final int SEVERITIES = 5;

  private static final int BENCHMARK = 15;

  private final String id;

  Corruption(String id) {
    this.id = id;
  }

  /** The benchmark's name for it, such as {@code gaussian_noise}. */
  public String id() {
    return id;
  }

  /** The fifteen that the benchmark's numbers are means of, in its order. */
  public static List<Corruption> benchmark() {
    return List.of(values()).subList(0, BENCHMARK);
  }

  /** Those that the benchmark keeps for choosing settings: speckle noise, blur and saturation. */
  public static List<Corruption> extra() {
    return List.of(values()).subList(BENCHMARK, values().length);
  }

  /**
   * The corruption of this id; hyphens and underscores are taken as equal.
   *
   * @throws IllegalArgumentException listing the known ids
   */
  public static Corruption named(String id) {
    return Arrays.stream(values())
        .filter(corruption -> corruption.id.equals(id.replace('-', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown corruption %s; known are %s"
                        .formatted(
                            id,
                            String.join(
                                ", ", Arrays.stream(values()).map(Corruption::id).toList()))));
  }

  /** This corruption at a severity in [1, {@value #SEVERITIES}]. */
  Operation at(int severity, FrostPictures frost) {
    return switch (this) {
      case GAUSSIAN_NOISE -> Noise.gaussian(severity);
      case SHOT_NOISE -> Noise.shot(severity);
      case IMPULSE_NOISE -> Noise.impulse(severity);
      case DEFOCUS_BLUR -> Blur.defocus(severity);
      case GLASS_BLUR -> Blur.glass(severity);
      case MOTION_BLUR -> Blur.motion(severity);
      case ZOOM_BLUR -> Blur.zoom(severity);
      case SNOW -> Weather.snow(severity);
      case FROST -> Weather.frost(severity, frost);
      case FOG -> Weather.fog(severity);
      case BRIGHTNESS -> Weather.brightness(severity);
      case CONTRAST -> Digital.contrast(severity);
      case ELASTIC_TRANSFORM -> Digital.elastic(severity);
      case PIXELATE -> Digital.pixelate(severity);
      case JPEG_COMPRESSION -> Digital.jpeg(severity);
      case SPECKLE_NOISE -> Noise.speckle(severity);
      case GAUSSIAN_BLUR -> Blur.gaussian(severity);
      case SATURATE -> Digital.saturate(severity);
    };
  }

  /** A constant's value at a severity, from the values for 1, 2, 3, 4 and 5. */
  static double pick(int severity, double... values) {
    return values[severity - 1];
  }
}
