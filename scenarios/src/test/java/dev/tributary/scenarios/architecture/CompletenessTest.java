package dev.tributary.scenarios.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.AlgorithmCatalog;
import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.continual.ContinualCatalog;
import dev.tributary.algorithms.plasticity.PlasticityCatalog;
import dev.tributary.algorithms.testtime.TestTimeCatalog;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.scenarios.config.ScenarioFile;
import dev.tributary.scenarios.config.Sweep;
import dev.tributary.scenarios.run.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A method of the catalogue is documented, has a number to reach, and runs in some scenario. */
class CompletenessTest {
  private static final Path ROOT = root();
  private static final String ALGORITHMS = text("docs/algorithms.md");
  private static final String REPRODUCTION = text("docs/reproduction.md");
  private static final String SCENARIO_FILES = text("docs/scenario-files.md");
  private static final String TEST_TIME = text("docs/test-time.md");
  private static final Set<String> IN_SCENARIOS = inScenarios();

  static Stream<Entry<FederatedAlgorithm>> entries() {
    return AlgorithmCatalog.entries().stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void hasAParagraphThatNamesItsSettingsWithTheirDefaults(Entry<FederatedAlgorithm> entry) {
    String section = section(entry.id());
    assertThat(section).as("docs/algorithms.md, section %s", entry.id()).isNotBlank();
    assertThat(section).contains("Client", "Server", "Model:");
    for (String setting : entry.keys().split(", ", -1)) {
      String standard = setting.replaceFirst(" \\|.*", "");
      assertThat(standard.isEmpty() || section.contains("`" + standard + "`"))
          .as("docs/algorithms.md, section %s, names `%s`", entry.id(), standard)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void hasAColumnInTheTableOfRoles(Entry<FederatedAlgorithm> entry) {
    List<List<String>> table = tableOfRoles();
    int column = table.getFirst().indexOf(entry.id());
    assertThat(column).as("column of %s", entry.id()).isPositive();
    FederatedAlgorithm algorithm = entry.create().apply(MapSettings.empty());
    assertThat(table.subList(1, table.size()))
        .extracting(List::getFirst)
        .containsExactlyElementsOf(Arrays.stream(Role.values()).map(Role::name).toList());
    for (List<String> row : table.subList(1, table.size())) {
      boolean shared = algorithm.sharedRoles().contains(Role.valueOf(row.getFirst()));
      assertThat(row.get(column))
          .as("docs/algorithms.md, %s of %s", row.getFirst(), entry.id())
          .isEqualTo(shared ? "shared" : "local");
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void hasARowInTheTableOfReproduction(Entry<FederatedAlgorithm> entry) {
    assertThat(REPRODUCTION.lines().filter(line -> line.startsWith("| `" + entry.id() + "` |")))
        .as("rows of %s in docs/reproduction.md", entry.id())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(cells(row)).hasSize(6));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void runsInAScenario(Entry<FederatedAlgorithm> entry) {
    assertThat(IN_SCENARIOS).as("algorithms of scenarios/*.conf").contains(entry.id());
  }

  @Test
  void thePagesNameNoMethodThatIsNotThere() {
    List<String> ids = entries().map(Entry::id).toList();
    assertThat(Pattern.compile("(?m)^### `(.*)`$").matcher(ALGORITHMS).results())
        .extracting(m -> m.group(1))
        .containsExactlyInAnyOrderElementsOf(ids);
    List<String> all = new ArrayList<>(ids);
    ContinualCatalog.entries().forEach(e -> all.add(e.id()));
    PlasticityCatalog.entries().forEach(e -> all.add(e.id()));
    TestTimeCatalog.entries().forEach(e -> all.add(e.id()));
    assertThat(REPRODUCTION.lines().filter(line -> line.startsWith("| `")))
        .allSatisfy(row -> assertThat(all).contains(cells(row).getFirst().replace("`", "")));
  }

  /** Each paper's number says how sure it is, and a row is reached only with a number of ours. */
  @Test
  void everyRowOfReproductionSaysWhereItsNumberIsFromAndWhetherItIsReached() {
    assertThat(REPRODUCTION.lines().filter(line -> line.startsWith("| `")))
        .isNotEmpty()
        .allSatisfy(
            row -> {
              List<String> cells = cells(row);
              assertThat(cells.get(2)).as("the paper's number").isNotEmpty();
              assertThat(cells.get(3)).as("evidence").isNotEmpty();
              assertThat(cells.get(5)).as("reached?").matches("(open|yes|no).*");
              assertThat(cells.get(4).isEmpty()).isEqualTo(cells.get(5).startsWith("open"));
            });
  }

  /** Kind, id and keys of the methods that go beside a federated one. */
  static Stream<Arguments> besides() {
    return Stream.of(
            ContinualCatalog.entries().stream()
                .map(e -> Arguments.of("continual", e.id(), e.keys())),
            PlasticityCatalog.entries().stream()
                .map(e -> Arguments.of("plasticity", e.id(), e.keys())),
            TestTimeCatalog.entries().stream()
                .map(e -> Arguments.of("test-time", e.id(), e.keys())))
        .flatMap(arguments -> arguments);
  }

  @ParameterizedTest
  @MethodSource("besides")
  void methodsBesideTheFederatedOneAreDocumentedWithTheirKeys(String kind, String id, String keys) {
    String row =
        ALGORITHMS
            .lines()
            .filter(line -> line.startsWith("| `" + id + "` |"))
            .findFirst()
            .orElse("");
    assertThat(row).as("row of %s in docs/algorithms.md", id).isNotEmpty();
    String reference = section(SCENARIO_FILES, kind);
    String page = kind.equals("test-time") ? TEST_TIME : reference;
    for (String setting : keys.split(", ", -1)) {
      String standard = setting.replaceFirst(" \\|.*", "");
      assertThat(row).contains(standard);
      String key = standard.replaceFirst(" = .*", "");
      assertThat(page).as("%s of %s", key, id).contains(key.isEmpty() ? "" : "`" + key);
    }
    assertThat(reference).as("docs/scenario-files.md, section %s", kind).contains("`" + id + "`");
  }

  private static String section(String id) {
    return section(ALGORITHMS, id);
  }

  private static String section(String page, String id) {
    String heading = "### `" + id + "`\n";
    int from = page.indexOf(heading);
    if (from < 0) {
      return "";
    }
    int next = page.indexOf("\n#", from + heading.length());
    return page.substring(from + heading.length(), next < 0 ? page.length() : next);
  }

  private static List<List<String>> tableOfRoles() {
    return ALGORITHMS
        .lines()
        .dropWhile(line -> !line.startsWith("| role |"))
        .takeWhile(line -> line.startsWith("|"))
        .filter(line -> !line.startsWith("|---"))
        .map(CompletenessTest::cells)
        .toList();
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.substring(1, row.lastIndexOf('|')).split("\\|", -1))
        .map(String::strip)
        .toList();
  }

  private static Set<String> inScenarios() {
    Set<String> ids = new TreeSet<>();
    for (Path path : confs()) {
      ScenarioFile file = ScenarioFile.load(path, List.of());
      for (Sweep.Cell cell : file.sweep().cells()) {
        ids.add(Scenario.from(file.settings(cell)).algorithm().id());
      }
    }
    return ids;
  }

  private static List<Path> confs() {
    try (Stream<Path> files = Files.list(ROOT.resolve("scenarios"))) {
      return files.filter(f -> f.toString().endsWith(".conf")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The project's directory: tests run in it or in the module's. */
  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    Path above = here.getParent();
    return Files.isDirectory(here.resolve("docs")) || above == null ? here : above;
  }
}
