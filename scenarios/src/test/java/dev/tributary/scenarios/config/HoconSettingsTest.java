package dev.tributary.scenarios.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.settings.Settings;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoconSettingsTest {

  private static HoconSettings read(String text, String... overrides) {
    return ScenarioFile.parse("test.conf", text, List.of(overrides)).settings();
  }

  @Test
  void readsEveryType() {
    Settings s =
        read("a = 3, b = 0.5, c = infinity, d = true, e = [x, \"y z\"], f = one, g { h = batch }");
    assertThat(s.integer("a", 0)).isEqualTo(3);
    assertThat(s.number("b", 0)).isEqualTo(0.5);
    assertThat(s.number("c", 0)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(s.flag("d", false)).isTrue();
    assertThat(s.texts("e", List.of())).containsExactly("x", "y z");
    assertThat(s.texts("f", List.of())).containsExactly("one");
    assertThat(s.section("g").choice("h", NormalizationKind.NONE))
        .isEqualTo(NormalizationKind.BATCH);
    assertThat(s.section("g").path()).isEqualTo("g");
    assertThat(s.keys()).containsExactly("a", "b", "c", "d", "e", "f", "g");
  }

  @Test
  void absentAndNullKeysGiveTheDefault() {
    Settings s = read("a = null");
    assertThat(s.has("a")).isFalse();
    assertThat(s.integer("a", 7)).isEqualTo(7);
    assertThat(s.section("none").text("x", "y")).isEqualTo("y");
  }

  @Test
  void wordForSectionIsItsName() {
    assertThat(read("algorithm = fedbn").section("algorithm").text("name", "fedavg"))
        .isEqualTo("fedbn");
  }

  @Test
  void overrideOfSectionByWordChangesItsNameAndKeepsTheRest() {
    Settings s = read("algorithm { name = fedwon, clip = 0.64 }", "algorithm=fedbn");
    assertThat(s.section("algorithm").text("name", "")).isEqualTo("fedbn");
    assertThat(s.section("algorithm").number("clip", 0)).isEqualTo(0.64);
  }

  /** In either order the word stays the section's name. */
  @Test
  void aKeyOfASectionThatWasGivenAsAWordKeepsTheWord() {
    for (String[] sets :
        new String[][] {{"a=fedprox", "a.mu=1"}, {"a.mu=1", "a=fedprox"}, {"a.mu=1"}}) {
      Settings s = read(sets.length == 1 ? "a = fedprox" : "", sets).section("a");
      assertThat(s.text("name", "")).isEqualTo("fedprox");
      assertThat(s.number("mu", 0)).isEqualTo(1);
    }
  }

  /** A word that no one reads would be a setting without effect. */
  @Test
  void aWordForASectionWithoutANameIsUnknown() {
    HoconSettings s = read("stream = recurring", "data=cifar10");
    s.section("stream").text("kind", "none");
    s.section("data").text("source", "noise");
    assertThat(s.unknownKeys())
        .hasSize(2)
        .anySatisfy(m -> assertThat(m).contains("data = ", "has no name", "source"))
        .anySatisfy(m -> assertThat(m).contains("stream = ", "test.conf:1", "has no name", "kind"));
  }

  @Test
  void laterOverridesWinAndSubstitutionsSeeThem() {
    Settings s = read("n = 1, m = ${n}", "n=2", "n=3");
    assertThat(s.integer("m", 0)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          integer | a { k = many }     | a.k must be a whole number, got "many" (test.conf:2)
          integer | a { k = "5" }      | a.k must be a whole number, got "5" (test.conf:2)
          integer | a { k = 2.5 }      | a.k must be a whole number, got 2.5 (test.conf:2)
          integer | a { k = 3000000000 } | a.k must be a whole number, got 3000000000 (test.conf:2)
          number  | a { k = fast }     | a.k must be a number, got "fast" (test.conf:2)
          number  | a { k = [1] }      | a.k must be a number, got [1] (test.conf:2)
          flag    | a { k = 1 }        | a.k must be true or false, got 1 (test.conf:2)
          flag    | a { k = maybe }    | a.k must be true or false, got "maybe" (test.conf:2)
          text    | a { k = { x = 1 } } | a.k must be a word, got {"x":1} (test.conf:2)
          texts   | a { k = [[1]] }    | a.k must be a word, got [1] (test.conf:2)
          section | a { k = 4 }        | a.k must be a section { ... } or a name, got 4 (test.conf:2)
          section | a = 4              | a must be a section { ... } or a name, got 4 (test.conf:2)
          choice  | a { k = huge }     | a.k must be one of batch, group, layer, instance, continual, adab2n, l1-batch, l1-layer, none, got huge (test.conf:2)
          """)
  void wrongTypeNamesKeyValueRuleAndPlace(String type, String text, String message) {
    Consumer<Settings> reader =
        switch (type) {
          case "integer" -> a -> a.integer("k", 0);
          case "number" -> a -> a.number("k", 0);
          case "flag" -> a -> a.flag("k", false);
          case "text" -> a -> a.text("k", "");
          case "texts" -> a -> a.texts("k", List.of());
          case "choice" -> a -> a.choice("k", NormalizationKind.NONE);
          case "section" -> a -> a.section("k");
          default -> throw new IllegalArgumentException(type);
        };
    HoconSettings settings = read("# one line above\n" + text);
    assertThatThrownBy(() -> reader.accept(settings.section("a")))
        .isInstanceOf(SettingException.class)
        .hasMessage(message);
  }

  @Test
  void brokenRuleNamesWhetherTheValueWasSetOrDefault() {
    Settings s = read("lr = -1", "b=0");
    assertThat(s.mustBe("lr", "> 0", -1)).hasMessage("lr must be > 0, got -1 (test.conf:1)");
    assertThat(s.mustBe("b", "> 0", 0)).hasMessage("b must be > 0, got 0 (--set)");
    assertThat(s.mustBe("c", "> 0", 0)).hasMessage("c must be > 0, got 0 (default)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          federation { ronds = 3 }       | unknown key federation.ronds (test.conf:1): did you mean federation.rounds?
          federation { loacl-epochs = 3 } | unknown key federation.loacl-epochs (test.conf:1): did you mean federation.local-epochs?
          rounds = 3                     | unknown key rounds (test.conf:1): did you mean federation.rounds?
          fedration { rounds = 3 }       | unknown key fedration (test.conf:1): did you mean federation?
          federation { quorumquorum = 3 } | unknown key federation.quorumquorum (test.conf:1): known here are local-epochs, rounds; remove it, or pass --set federation.quorumquorum=null
          """)
  void unknownKeyIsReportedWithTheNearestKnownOne(String text, String message) {
    HoconSettings s = read(text);
    Settings federation = s.section("federation");
    federation.integer("rounds", 1);
    federation.integer("local-epochs", 1);
    assertThat(s.unknownKeys()).containsExactly(message);
    assertThatThrownBy(s::requireNoUnknownKeys)
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(ExitCode.SCENARIO_UNKNOWN_KEY));
  }

  @Test
  void allUnknownKeysAreReportedAndNullOnesAreNot() {
    HoconSettings s = read("a = 1, zz = 2, yy { deep = 3 }", "zz=null", "q.r=1");
    s.integer("a", 0);
    assertThat(s.unknownKeys()).hasSize(2).first().asString().contains("unknown key q (--set)");
  }

  @Test
  void resolvedTextGivesTheSameValuesAgainAndSaysWhereTheyCameFrom() {
    String text = "name = \"a b\"\nfederation { rounds = 5, lr = 1e-3 }\nclip = infinity";
    HoconSettings first = read(text, "federation.rounds=9");
    String once = readAll(first);
    String resolved = first.resolved();
    HoconSettings second = ScenarioFile.parse("again.conf", resolved, List.of()).settings();
    assertThat(readAll(second)).isEqualTo(once).isEqualTo("a b|9|0.001|Infinity|7|[x, y z]|false");
    assertThat(second.unknownKeys()).isEmpty();
    assertThat(resolved)
        .containsPattern("(?m)^  rounds = 9 +# --set$")
        .containsPattern("(?m)^  lr = 0.001 +# test.conf:2$")
        .containsPattern("(?m)^seed = 7 +# default$");
  }

  private static String readAll(Settings s) {
    Settings f = s.section("federation");
    return String.join(
        "|",
        s.text("name", ""),
        String.valueOf(f.integer("rounds", 1)),
        String.valueOf(f.number("lr", 0.1)),
        String.valueOf(s.number("clip", 1)),
        String.valueOf(s.integer("seed", 7)),
        String.valueOf(s.texts("words", List.of("x", "y z"))),
        String.valueOf(s.has("optional")));
  }

  @Test
  void resolvedTextLeavesOutWhatMustStayAbsent() {
    HoconSettings s = read("a = 1");
    s.integer("a", 0);
    assertThat(s.has("groups")).isFalse();
    s.integer("groups", 8);
    assertThat(s.has("device")).isFalse();
    s.section("device").number("speed", 1);
    HoconSettings again = ScenarioFile.parse("r", s.resolved(), List.of()).settings();
    assertThat(again.keys()).containsExactly("a");
    assertThat(s.resolved()).contains("# groups = 8  (not set)", "# device { }  (not set)");
  }

  @Test
  void twoDefaultsForOneKeyAreABug() {
    HoconSettings s = read("");
    s.integer("k", 1);
    assertThatThrownBy(() -> s.integer("k", 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("k has two defaults in the code: 1 and 2");
  }
}
