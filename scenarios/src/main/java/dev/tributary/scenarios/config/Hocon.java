package dev.tributary.scenarios.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values as HOCON text that reads back as the same value. */
final class Hocon {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
  private static final List<String> WORDS_THAT_MEAN_SOMETHING = List.of("true", "false", "null");

  private Hocon() {}

  static String text(String value) {
    return PLAIN.matcher(value).matches() && !WORDS_THAT_MEAN_SOMETHING.contains(value)
        ? value
        : ConfigUtil.quoteString(value);
  }

  static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "infinity" : "-infinity";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static String texts(List<String> values) {
    return values.stream().map(Hocon::text).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A value as a message shows it. */
  static String render(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }
}
