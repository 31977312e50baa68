package dev.tributary.scenarios.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where values come from, in words. */
final class Origins {
  /** The origin of values from {@code --set}. */
  static final String COMMAND_LINE = "--set";

  private Origins() {}

  /** {@code path/to/file.conf:12}, as the user would open it, or the origin's own name. */
  static String place(ConfigValue value) {
    ConfigOrigin origin = value.origin();
    if (value instanceof ConfigObject section
        && !section.isEmpty()
        && origin.description().startsWith("withValue(")) {
      // A section that exists only because an override names a key in it.
      return place(section.values().iterator().next());
    }
    String file = file(origin);
    return file == null ? described(origin) : file + line(origin);
  }

  /** {@code file.conf:12}: without folders, so that it does not depend on the machine. */
  static String shortPlace(ConfigValue value) {
    ConfigOrigin origin = value.origin();
    String file = file(origin);
    return file == null
        ? described(origin)
        : String.valueOf(Path.of(file).getFileName()) + line(origin);
  }

  static @Nullable String file(ConfigOrigin origin) {
    String file = origin.filename();
    return file == null || file.isEmpty() ? null : file;
  }

  private static String described(ConfigOrigin origin) {
    String description = origin.description();
    return description.startsWith(COMMAND_LINE)
        ? COMMAND_LINE
        : description.replaceFirst(": (\\d+)$", ":$1");
  }

  private static String line(ConfigOrigin origin) {
    return origin.lineNumber() > 0 ? ":" + origin.lineNumber() : "";
  }
}
