package dev.tributary.scenarios.output;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON objects and back: component names are keys, in the order of the declaration.
 * Components may be numbers, strings, booleans, records, and lists and string-keyed maps of these.
 * NaN is written as null and null read as NaN.
 */
public final class JsonRecords {
  private JsonRecords() {}

  /** Turns records, at any depth, into maps. */
  static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Record record -> fields(record);
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        map.forEach((k, v) -> plain.put(String.valueOf(k), plain(v)));
        yield plain;
      }
      case List<?> list -> {
        List<@Nullable Object> plain = new ArrayList<>();
        list.forEach(v -> plain.add(plain(v)));
        yield plain;
      }
      default -> value;
    };
  }

  private static Map<String, @Nullable Object> fields(Record record) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Method accessor = component.getAccessor();
      // The record may be one that only its own package sees.
      accessor.setAccessible(true);
      try {
        fields.put(component.getName(), plain(accessor.invoke(record)));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
    return fields;
  }

  /**
   * Reads a record from a parsed object. Keys that it does not know are passed over, so that a
   * newer version's file can be read; a map, a list or a text {@link AddedLater} that is not there
   * is empty, so that an older one's can.
   *
   * @throws IllegalArgumentException naming the key that is missing or of another type
   */
  public static <R extends Record> R read(Class<R> type, @Nullable Object json) {
    return type.cast(record(type, json, ""));
  }

  private static Object record(Class<?> type, @Nullable Object json, String where) {
    if (!(json instanceof Map<?, ?> map)) {
      throw wrong(where, "an object", json);
    }
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      if (map.containsKey(name)) {
        String inside = where.isEmpty() ? name : where + "." + name;
        values[i] = value(components[i].getGenericType(), map.get(name), inside);
      } else {
        values[i] = absent(components[i], where);
      }
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable reason = Objects.requireNonNull(e.getCause(), "what the constructor threw");
      throw new IllegalArgumentException(named(where) + ": " + reason.getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type, e);
    }
  }

  /** What an older version's file does not say. */
  private static Object absent(RecordComponent component, String where) {
    if (component.getType() == Map.class) {
      return Map.of();
    }
    if (component.getType() == List.class) {
      return List.of();
    }
    if (component.isAnnotationPresent(AddedLater.class)) {
      return "";
    }
    throw new IllegalArgumentException(named(where) + " has no \"" + component.getName() + "\"");
  }

  private static Object value(Type type, @Nullable Object json, String where) {
    if (type == double.class || type == Double.class) {
      return json == null ? Double.NaN : number(json, where).doubleValue();
    }
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact(whole(json, where));
    }
    if (type == long.class || type == Long.class) {
      return whole(json, where);
    }
    if (type == String.class && json instanceof String text) {
      return text;
    }
    if (type == boolean.class && json instanceof Boolean flag) {
      return flag;
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? map(arguments[1], json, where)
          : list(arguments[0], json, where);
    }
    if (type instanceof Class<?> nested && nested.isRecord()) {
      return record(nested, json, where);
    }
    throw wrong(where, type == boolean.class ? "true or false" : "a text", json);
  }

  private static Map<String, Object> map(Type type, @Nullable Object json, String where) {
    if (!(json instanceof Map<?, ?> map)) {
      throw wrong(where, "an object", json);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    map.forEach((k, v) -> values.put(String.valueOf(k), value(type, v, where + "." + k)));
    return values;
  }

  private static List<Object> list(Type type, @Nullable Object json, String where) {
    if (!(json instanceof List<?> list)) {
      throw wrong(where, "a list", json);
    }
    List<Object> values = new ArrayList<>();
    list.forEach(v -> values.add(value(type, v, where)));
    return values;
  }

  private static long whole(@Nullable Object json, String where) {
    Number number = number(json, where);
    if (number.doubleValue() != number.longValue()) {
      throw wrong(where, "a whole number", json);
    }
    return number.longValue();
  }

  private static Number number(@Nullable Object json, String where) {
    if (json instanceof Number number) {
      return number;
    }
    throw wrong(where, "a number", json);
  }

  private static IllegalArgumentException wrong(String where, String type, @Nullable Object json) {
    return new IllegalArgumentException(named(where) + " must be " + type + ", got " + json);
  }

  /** A place in the file as a reader of a message knows it. */
  private static String named(String where) {
    return where.isEmpty() ? "it" : "\"" + where + "\"";
  }
}
