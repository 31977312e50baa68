package dev.tributary.scenarios.output;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON values as plain Java ones: {@code Map} (in order), {@code List}, {@code String}, {@code
 * Long} or {@code Double}, {@code Boolean}, null. JSON has no NaN and no infinities: they are
 * written as null.
 */
public final class Json {
  private Json() {}

  /** On one line. Records become objects, see {@link JsonRecords}. */
  public static String line(Object value) {
    StringBuilder out = new StringBuilder();
    write(JsonRecords.plain(value), -1, out);
    return out.toString();
  }

  /** Indented by two spaces, with a final line break. */
  public static String pretty(Object value) {
    StringBuilder out = new StringBuilder();
    write(JsonRecords.plain(value), 0, out);
    return out.append('\n').toString();
  }

  /**
   * Reads one value.
   *
   * @throws IllegalArgumentException naming the position of the first fault
   */
  public static @Nullable Object parse(String text) {
    return new JsonParser(text).document();
  }

  /** Reads one object; keys are strings. */
  public static Map<?, ?> object(String text) {
    if (parse(text) instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException("not a JSON object: " + text);
  }

  private static void write(@Nullable Object value, int indent, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case String text -> quote(text, out);
      case Double number -> out.append(number(number));
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag);
      case Map<?, ?> map -> {
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          separate(first, indent, out);
          first = false;
          quote(String.valueOf(entry.getKey()), out);
          out.append(indent < 0 ? ":" : ": ");
          write(entry.getValue(), indent < 0 ? indent : indent + 2, out);
        }
        close(first, indent, '}', out);
      }
      case List<?> list -> {
        out.append('[');
        boolean first = true;
        for (Object element : list) {
          separate(first, indent, out);
          first = false;
          write(element, indent < 0 ? indent : indent + 2, out);
        }
        close(first, indent, ']', out);
      }
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static void separate(boolean first, int indent, StringBuilder out) {
    if (!first) {
      out.append(',');
    }
    if (indent >= 0) {
      out.append('\n').repeat(' ', indent + 2);
    }
  }

  private static void close(boolean empty, int indent, char bracket, StringBuilder out) {
    if (!empty && indent >= 0) {
      out.append('\n').repeat(' ', indent);
    }
    out.append(bracket);
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || Character.isSurrogate(c)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
