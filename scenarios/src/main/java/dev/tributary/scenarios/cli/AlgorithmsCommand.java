package dev.tributary.scenarios.cli;

import dev.tributary.algorithms.AlgorithmCatalog;
import dev.tributary.algorithms.Catalog;
import dev.tributary.algorithms.continual.ContinualCatalog;
import dev.tributary.algorithms.plasticity.PlasticityCatalog;
import dev.tributary.algorithms.testtime.TestTimeCatalog;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.output.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tributary algorithms}. */
@Command(
    name = "algorithms",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "List the methods that scenarios can name, and their settings.")
final class AlgorithmsCommand implements Callable<Integer> {

  /** What kind of method, and how a scenario chooses one. */
  private enum Kind {
    FEDERATED("federated", "Federated methods: algorithm { name = ... }"),
    CONTINUAL("continual", "Continual methods, for streams: continual { name = ... }"),
    PLASTICITY("plasticity", "Against the loss of plasticity: plasticity { name = ... }"),
    TEST_TIME("test-time", "Adaptation at test time: test-time { adapters = [...] }");

    private final String id;
    private final String heading;

    Kind(String id, String heading) {
      this.id = id;
      this.heading = heading;
    }
  }

  private record Method(Kind kind, String id, String title, String reference, String keys) {
    Map<String, String> fields() {
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("kind", kind.id);
      fields.put("id", id);
      fields.put("title", title);
      fields.put("reference", reference);
      fields.put("keys", keys);
      return fields;
    }
  }

  private final Session session;
  @Mixin private OutputFormat format = new OutputFormat();

  AlgorithmsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Method> methods = methods();
    if (format.json()) {
      session.console().result(Json.pretty(methods.stream().map(Method::fields).toList()).strip());
      return ExitCode.OK.code();
    }
    for (Kind kind : Kind.values()) {
      line(kind == Kind.FEDERATED ? "" : "\n", kind.heading);
      methods.stream().filter(m -> m.kind() == kind).forEach(this::tell);
    }
    return ExitCode.OK.code();
  }

  private void tell(Method method) {
    line("  ", method.id());
    line("      ", method.title());
    line("      from: ", method.reference());
    line("      settings: ", method.keys());
  }

  /** A line, unless there is nothing to say. */
  private void line(String before, String text) {
    if (!text.isEmpty()) {
      session.console().result(before + text);
    }
  }

  private static List<Method> methods() {
    List<Method> methods = new ArrayList<>();
    add(methods, Kind.FEDERATED, AlgorithmCatalog.entries());
    add(methods, Kind.CONTINUAL, ContinualCatalog.entries());
    add(methods, Kind.PLASTICITY, PlasticityCatalog.entries());
    add(methods, Kind.TEST_TIME, TestTimeCatalog.entries());
    return methods;
  }

  private static <T> void add(List<Method> methods, Kind kind, List<Catalog.Entry<T>> entries) {
    entries.forEach(e -> methods.add(new Method(kind, e.id(), e.title(), e.reference(), e.keys())));
  }
}
