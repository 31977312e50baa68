package dev.tributary.scenarios.cli;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.fetch.Downloader;
import dev.tributary.datasets.fetch.Fetch;
import dev.tributary.datasets.fetch.FetchListener;
import dev.tributary.datasets.fetch.Verification;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.config.Nearest;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.report.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tributary datasets}. */
@Command(
    name = "datasets",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    synopsisSubcommandLabel = "VERB",
    header = "List, fetch and verify data sets; preview how a scenario divides its data.")
final class DatasetsCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /** Without a verb: the help. */
  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    line.usage(line.getOut());
  }

  /** Where data lie. */
  static final class Place {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "Where data sets lie; without it TRIBUTARY_DATA says.")
    private Optional<Path> data = Optional.empty();

    DataDirectory directory() {
      return DataDirectory.resolve(data);
    }
  }

  /**
   * What can be listed, fetched and verified: sets to learn from, then material for corruptions.
   */
  private static List<DataSet> known() {
    List<DataSet> sets = new ArrayList<>(DataSets.all());
    sets.add(DataSets.frost());
    return sets;
  }

  private static DataSet named(String id) {
    List<DataSet> sets = known();
    List<String> ids = sets.stream().map(DataSet::id).toList();
    if (!ids.contains(id)) {
      throw new Failure(
          ExitCode.USAGE,
          "there is no data set "
              + id
              + Nearest.to(id, ids)
                  .map(near -> "; did you mean " + near + "?")
                  .orElse("; there are " + String.join(", ", ids)));
    }
    return sets.get(ids.indexOf(id));
  }

  private static String word(DataStatus status) {
    return switch (status) {
      case DataStatus.Present present -> "present";
      case DataStatus.Missing missing -> "missing";
      case DataStatus.Corrupt corrupt -> "corrupt";
    };
  }

  /** {@code tributary datasets list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "List data sets, and which of them are here.")
  static final class ListThem implements Callable<Integer> {
    private final Session session;
    @Mixin private Place place = new Place();
    @Mixin private OutputFormat format = new OutputFormat();

    ListThem(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      DataDirectory directory = place.directory();
      if (format.json()) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (DataSet set : known()) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("id", set.id());
          fields.put("title", set.title());
          fields.put("status", word(directory.status(set)));
          fields.put("fetchable", set.fetchable());
          fields.put("classes", set.classes());
          fields.put("train", set.trainSize());
          fields.put("test", set.testSize());
          fields.put("license", set.license());
          list.add(fields);
        }
        session.console().result(Json.pretty(list).strip());
        return ExitCode.OK.code();
      }
      Table table = new Table(3, List.of("data set", "here", "what it is", "train", "test"));
      for (DataSet set : known()) {
        table.row(
            List.of(
                set.id(),
                word(directory.status(set)),
                set.title(),
                Format.count(set.trainSize()),
                Format.count(set.testSize())));
      }
      table.lines().forEach(session.console()::result);
      session
          .console()
          .note(
              "in " + directory.path() + " (" + directory.origin() + "); glyph-digits is built in");
      return ExitCode.OK.code();
    }
  }

  /** {@code tributary datasets fetch}. */
  @Command(
      name = "fetch",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Fetch a data set from its official address.",
      description = "%nGoes on where an interrupted download stopped, and checks what it got.%n")
  static final class FetchOne implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "SET", description = "Its id, see tributary datasets list.")
    private String id = "";

    @Mixin private Place place = new Place();

    FetchOne(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      DataSet set = named(id);
      Console console = session.console();
      console.note(set.title() + ": " + set.license());
      try (Downloader downloader = new Downloader()) {
        DataStatus status =
            new Fetch(downloader, place.directory()).fetch(set, new Listener(console));
        return told(id, status, console);
      }
    }
  }

  /** Tells of a download, one line per tenth. */
  private static final class Listener implements FetchListener {
    private final Console console;
    private final Map<String, Long> tenths = new LinkedHashMap<>();

    Listener(Console console) {
      this.console = console;
    }

    @Override
    public void progress(String file, long done, long total) {
      long tenth = total > 0 ? 10 * done / total : done / 10_000_000;
      if (!Long.valueOf(tenth).equals(tenths.put(file, tenth))) {
        console.note(
            file
                + ": "
                + Format.bytes(done)
                + (total > 0 ? " of " + Format.bytes(total) : " so far"));
      }
    }

    @Override
    public void message(String line) {
      console.note(line);
    }
  }

  /** {@code tributary datasets verify}. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Check a data set's files against what is known of them.")
  static final class Verify implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "SET", description = "Its id, see tributary datasets list.")
    private String id = "";

    @Mixin private Place place = new Place();
    @Mixin private OutputFormat format = new OutputFormat();

    Verify(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() throws IOException {
      DataStatus status = Verification.verify(named(id), place.directory());
      if (format.json()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("status", word(status));
        session.console().result(Json.pretty(fields).strip());
        return code(status).code();
      }
      return told(id, status, session.console());
    }
  }

  private static ExitCode code(DataStatus status) {
    return switch (status) {
      case DataStatus.Present present -> ExitCode.OK;
      case DataStatus.Missing missing -> ExitCode.DATA_MISSING;
      case DataStatus.Corrupt corrupt -> ExitCode.DATA_CORRUPT;
    };
  }

  private static int told(String id, DataStatus status, Console console) {
    switch (status) {
      case DataStatus.Present present -> console.result(id + " is whole: " + present.folder());
      case DataStatus.Missing missing ->
          throw new Failure(
              ExitCode.DATA_MISSING,
              id
                  + " is not complete in "
                  + missing.folder()
                  + ": it lacks "
                  + String.join(", ", missing.files())
                  + "; fetch it with: tributary datasets fetch "
                  + id);
      case DataStatus.Corrupt corrupt ->
          throw new Failure(ExitCode.DATA_CORRUPT, corrupt.file() + ": " + corrupt.problem());
    }
    return ExitCode.OK.code();
  }

  /** {@code tributary datasets preview}. */
  @Command(
      name = "preview",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Show how a scenario divides its data over clients, or over time.",
      description = {
        "%nPrints how many training examples of each class every client gets, or every task of a"
            + " stream;",
        "--out draws that, and examples of every domain.%n",
        "Example:",
        "  tributary datasets preview scenarios/quickstart.conf --out preview%n"
      })
  static final class Preview implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "FILE", description = "The scenario file.")
    private Path file = Path.of("");

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        description = "A setting over the file's, as often as needed.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "Draw pictures there.")
    private Optional<Path> out = Optional.empty();

    @Option(
        names = "--corruptions",
        paramLabel = "PNG",
        description = "Draw test images under every corruption and severity into this file.")
    private Optional<Path> corruptions = Optional.empty();

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "Where data sets lie; without it TRIBUTARY_DATA says.")
    private Optional<Path> data = Optional.empty();

    @Mixin private OutputFormat format = new OutputFormat();

    Preview(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      Requests.Preview request =
          new Requests.Preview(file, List.copyOf(overrides), data, out, corruptions);
      ClassCounts divided = session.backend().get().preview(request, session.console());
      if (format.json()) {
        Map<String, List<Integer>> lists = new LinkedHashMap<>();
        divided.rows().forEach((name, row) -> lists.put(name, Arrays.stream(row).boxed().toList()));
        session.console().result(Json.pretty(lists).strip());
        return ExitCode.OK.code();
      }
      int classes = divided.rows().values().stream().mapToInt(row -> row.length).max().orElse(0);
      List<String> heads = new ArrayList<>(List.of(divided.each()));
      for (int c = 0; c < classes; c++) {
        heads.add(Integer.toString(c));
      }
      heads.add("all");
      Table table = new Table(1, heads);
      divided
          .rows()
          .forEach(
              (name, row) -> {
                List<String> cells = new ArrayList<>(List.of(name));
                Arrays.stream(row).forEach(n -> cells.add(Integer.toString(n)));
                cells.add(Integer.toString(Arrays.stream(row).sum()));
                table.row(cells);
              });
      table.lines().forEach(session.console()::result);
      return ExitCode.OK.code();
    }
  }
}
