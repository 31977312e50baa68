package dev.tributary.scenarios.cli;

import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.output.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tributary models}. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "List the models that scenarios can name.")
final class ModelsCommand implements Callable<Integer> {
  private final Session session;
  @Mixin private OutputFormat format = new OutputFormat();

  ModelsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (format.json()) {
      List<Map<String, String>> list = new ArrayList<>();
      for (String name : ModelCatalog.names()) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", name);
        fields.put("summary", ModelCatalog.summary(name));
        list.add(fields);
      }
      session.console().result(Json.pretty(list).strip());
      return ExitCode.OK.code();
    }
    Table table = new Table(2, List.of("model", "what it is"));
    ModelCatalog.names().forEach(name -> table.row(List.of(name, ModelCatalog.summary(name))));
    table.lines().forEach(session.console()::result);
    return ExitCode.OK.code();
  }
}
