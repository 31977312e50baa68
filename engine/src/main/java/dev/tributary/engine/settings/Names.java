package dev.tributary.engine.settings;

import java.util.Arrays;
import java.util.Locale;

/**
 * How enum constants are written in scenario files: {@code WEIGHT_STANDARDIZED} is
 * weight-standardized.
 */
public final class Names {
  private Names() {}

  /** The written form of one constant. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The written forms of all constants, joined by commas. */
  public static String of(Class<? extends Enum<?>> type) {
    return String.join(", ", Arrays.stream(type.getEnumConstants()).map(Names::of).toList());
  }
}
