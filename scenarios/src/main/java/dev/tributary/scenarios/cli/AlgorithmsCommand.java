package dev.tributary.scenarios.cli;

import dev.tributary.algorithms.AlgorithmCatalog;
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
    header = "List the federated methods and their settings.")
final class AlgorithmsCommand implements Callable<Integer> {
  private final Session session;
  @Mixin private OutputFormat format = new OutputFormat();

  AlgorithmsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<AlgorithmCatalog.Entry> entries = AlgorithmCatalog.entries();
    if (format.json()) {
      List<Map<String, String>> list = new ArrayList<>();
      for (AlgorithmCatalog.Entry entry : entries) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", entry.id());
        fields.put("title", entry.title());
        fields.put("reference", entry.reference());
        fields.put("keys", entry.keys());
        list.add(fields);
      }
      session.console().result(Json.pretty(list).strip());
      return ExitCode.OK.code();
    }
    for (AlgorithmCatalog.Entry entry : entries) {
      session.console().result(entry.id());
      session.console().result("    " + entry.title());
      session.console().result("    from: " + entry.reference());
      session.console().result("    settings: " + entry.keys());
    }
    return ExitCode.OK.code();
  }
}
