package dev.tributary.scenarios.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  /** Every kind of component. */
  public record Part(String name, double share) {}

  /** A private record, of which an older version had no note. */
  private record Later(String name, @AddedLater String note) {}

  /** Every kind of component. */
  public record Whole(
      int i, long l, double d, boolean b, List<Part> parts, Map<String, Integer> counts) {}

  @Test
  void writesEveryKindOfValue() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("text", "a\"b\\c\nd\u0001é😀");
    map.put("list", Arrays.asList(1, 2.5, 3.0, true, null, Double.NaN, Double.POSITIVE_INFINITY));
    map.put("empty", Map.of());
    assertThat(Json.line(map))
        .isEqualTo(
            "{\"text\":\"a\\\"b\\\\c\\nd\\u0001é\\ud83d\\ude00\","
                + "\"list\":[1,2.5,3,true,null,null,null],\"empty\":{}}");
    assertThat(Json.pretty(Map.of("a", List.of(1)))).isEqualTo("{\n  \"a\": [\n    1\n  ]\n}\n");
  }

  @Test
  void readsWhatOthersWrite() {
    assertThat(
            Json.parse(
                " { \"a\" : [ -1 , 2e3, 0.5, \"\\u00e9\\t\\/\" ] , \"b\": {\"c\": null}, \"d\":[]"
                    + " }"))
        .isEqualTo(
            Map.of(
                "a",
                List.of(-1L, 2000.0, 0.5, "é\t/"),
                "b",
                java.util.Collections.singletonMap("c", null),
                "d",
                List.of()));
    assertThat(Json.parse("9223372036854775807")).isEqualTo(0x1p63);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "1.",
        "+1",
        "NaN",
        "\"\\x\"",
        "\"\\u12\"",
        "\"a",
        "tru",
        "1 2",
        "{\"a\":1,\"a\":2}",
        "\"a\nb\"",
        "-",
        "[1 2]"
      })
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not JSON: expected ");
  }

  @Test
  void refusesHostileNesting() {
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
        .hasMessageContaining("at most 200 levels");
  }

  @Test
  void recordsComeBackAsTheyWere() {
    Whole whole =
        new Whole(
            1,
            1L << 40,
            Double.NaN,
            true,
            List.of(new Part("x", 0.1), new Part("y", 2)),
            Map.of("k", 3));
    Object json = Json.parse(Json.line(whole));
    assertThat(JsonRecords.read(Whole.class, json)).isEqualTo(whole);
  }

  /** A {@link Whole} in JSON with another value for one key. */
  private static Map<String, Object> whole(String key, Object value) {
    Map<String, Object> whole = new LinkedHashMap<>();
    Json.object(Json.line(new Whole(1, 2, 3, true, List.of(new Part("x", 1)), Map.of("k", 3))))
        .forEach((k, v) -> whole.put(String.valueOf(k), v));
    whole.put(key, value);
    return whole;
  }

  /** An older version had fewer fields; what was there from the start cannot be made up. */
  @Test
  void listsMapsAndLaterTextsThatAreNotThereAreEmpty() {
    Map<String, Object> old = whole("i", 1L);
    old.remove("parts");
    old.remove("counts");
    assertThat(JsonRecords.read(Whole.class, old))
        .isEqualTo(new Whole(1, 2, 3, true, List.of(), Map.of()));
    assertThat(JsonRecords.read(Later.class, Map.of("name", "x"))).isEqualTo(new Later("x", ""));
    assertThat(Json.line(new Later("x", "y"))).isEqualTo("{\"name\":\"x\",\"note\":\"y\"}");
    assertThatThrownBy(() -> JsonRecords.read(Part.class, Map.of("share", 1L)))
        .hasMessage("it has no \"name\"");
  }

  @Test
  void wrongRecordsNameTheKey() {
    assertThatThrownBy(() -> JsonRecords.read(Part.class, Map.of("name", "x")))
        .hasMessage("it has no \"share\"");
    assertThatThrownBy(() -> JsonRecords.read(Part.class, Map.of("name", 4L, "share", 1L)))
        .hasMessage("\"name\" must be a text, got 4");
    assertThatThrownBy(() -> JsonRecords.read(Part.class, List.of()))
        .hasMessage("it must be an object, got []");
    assertThatThrownBy(() -> JsonRecords.read(Whole.class, whole("parts", List.of(Map.of()))))
        .hasMessage("\"parts\" has no \"name\"");
    assertThatThrownBy(() -> JsonRecords.read(Whole.class, whole("counts", Map.of("k", "x"))))
        .hasMessage("\"counts.k\" must be a number, got x");
  }
}
