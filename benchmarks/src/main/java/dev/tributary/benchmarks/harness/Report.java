package dev.tributary.benchmarks.harness;

import dev.tributary.scenarios.cli.Table;
import dev.tributary.scenarios.output.Environment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark came to, for people and for scripts.
 *
 * @param command what was typed
 * @param machine where it ran, with versions and the date
 * @param opponents against whom, with versions
 * @param rows the result
 * @param fault what ended the benchmark before all rows were there; empty if nothing did
 */
public record Report(
    String command,
    Environment machine,
    Map<String, String> opponents,
    List<Row> rows,
    String fault) {

  /** Whether there are rows, all that there should be, and every one has all that it should. */
  public boolean whole() {
    return !rows.isEmpty() && fault.isEmpty() && rows.stream().allMatch(r -> r.error().isEmpty());
  }

  /** The head, the table, the notes and the errors, as lines. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(command + ", " + machine.started());
    lines.add(
        machine.cpu()
            + ", "
            + machine.cores()
            + " cores, "
            + machine.engine().getOrDefault("isa", "unknown instruction sets"));
    lines.add(
        machine.java() + ", tributary " + machine.versions() + " " + machine.revision().strip());
    opponents.forEach((name, version) -> lines.add("against " + name + " " + version));
    lines.add("");
    Table table =
        new Table(1, List.of("", "threads", "ours", "theirs", "unit", "ratio", "spread", "note"));
    rows.forEach(row -> table.row(cells(row)));
    lines.addAll(table.lines());
    rows.stream()
        .filter(r -> !r.error().isEmpty())
        .forEach(r -> lines.add("error: " + r.name() + ": " + r.error()));
    if (!fault.isEmpty()) {
      lines.add("error: not all was measured: " + fault);
    }
    return lines;
  }

  private static List<String> cells(Row row) {
    boolean failed = !row.error().isEmpty();
    return List.of(
        row.name(),
        row.threads() == 0 ? "" : String.valueOf(row.threads()),
        Samples.number(row.ours().median()),
        failed ? "missing" : Samples.number(row.theirs().median()),
        row.unit(),
        Samples.number(row.ratio().median()),
        row.ratio().present() ? row.ratio().spread() : row.ours().spread(),
        row.note());
  }

  /** The same as maps, lists, texts and numbers; what was not measured is null. */
  public Map<String, Object> json() {
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("command", command);
    head.put("machine", machine);
    head.put("opponents", opponents);
    head.put("whole", whole());
    head.put("fault", fault);
    head.put("rows", rows.stream().map(Report::json).toList());
    return head;
  }

  private static Map<String, @Nullable Object> json(Row row) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", row.name());
    fields.put("threads", row.threads());
    fields.put("unit", row.unit());
    fields.put("better", row.better() == Better.LOWER ? "lower" : "higher");
    fields.put("ours", row.ours().median());
    fields.put("oursMin", row.ours().min());
    fields.put("oursMax", row.ours().max());
    fields.put("theirs", row.theirs().median());
    fields.put("theirsMin", row.theirs().min());
    fields.put("theirsMax", row.theirs().max());
    fields.put("ratio", row.ratio().median());
    fields.put("ratioMin", row.ratio().min());
    fields.put("ratioMax", row.ratio().max());
    fields.put("note", row.note());
    fields.put("error", row.error());
    return fields;
  }
}
