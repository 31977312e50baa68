package dev.tributary.scenarios.run;

import dev.tributary.client.Host;
import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.partition.PartitionTable;
import dev.tributary.datasets.preview.ContactSheet;
import dev.tributary.datasets.preview.PartitionPicture;
import dev.tributary.datasets.preview.StreamPicture;
import dev.tributary.datasets.stream.Streams;
import dev.tributary.datasets.stream.TaskStream;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.cli.Backend;
import dev.tributary.scenarios.cli.ClassCounts;
import dev.tributary.scenarios.cli.Console;
import dev.tributary.scenarios.cli.ProgressMeter;
import dev.tributary.scenarios.cli.Requests;
import dev.tributary.scenarios.cli.Results;
import dev.tributary.scenarios.config.ScenarioFile;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Reports;
import dev.tributary.scenarios.report.RunView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The verbs that train or read data. */
public final class TributaryBackend implements Backend {
  private static final Duration LOOK_FOR_SERVER = Duration.ofMinutes(5);

  @Override
  public ExitCode run(Requests.Run request, Console console) {
    ScenarioFile file = ScenarioFile.load(request.file(), request.overrides());
    SweepPlan plan = plan(file, request.out());
    try {
      return work(plan, request.data(), request.workers(), Optional.empty(), console);
    } catch (RuntimeException e) {
      try {
        plan.withdraw();
      } catch (RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  @Override
  public ExitCode resume(Requests.Resume request, Console console) {
    SweepPlan plan = SweepPlan.load(request.directory());
    if (plan.runs().stream().allMatch(SweepPlan.Run::complete)) {
      console.note(plan.directory() + " is complete; nothing is left to do");
    }
    return work(plan, request.data(), request.workers(), request.deadline(), console);
  }

  /** The scenario's first run; its only one without a sweep. */
  private static Scenario first(ScenarioFile file) {
    return Scenario.from(file.settings(file.sweep().cells().getFirst()));
  }

  private static SweepPlan plan(ScenarioFile file, Optional<Path> out) {
    String name = first(file).name();
    return SweepPlan.create(
        file, out.orElseGet(() -> RunDirectory.free(Path.of("runs").resolve(name))));
  }

  private static ExitCode work(
      SweepPlan plan,
      Optional<Path> data,
      Optional<Integer> workers,
      Optional<Duration> deadline,
      Console console) {
    int cells = plan.runs().size();
    for (int i = 0; i < cells; i++) {
      SweepPlan.Run run = plan.runs().get(i);
      if (run.complete()) {
        continue;
      }
      ProgressMeter meter =
          new ProgressMeter(
              console, run.label().isEmpty() ? plan.name() : run.label(), i + 1, cells);
      try (RunSession session =
              session(run, data, deadline, "tributary resume " + plan.directory(), meter);
          Interruption _ = new Interruption(session, session.goOn(), console)) {
        session.takenUp().ifPresent(console::note);
        RunSummary summary =
            InProcessRun.run(
                session, workers.orElseGet(() -> defaultWorkers(session.experiment().scenario())));
        if (!plan.swept()) {
          Results.print(summary, console);
        }
      }
    }
    if (plan.swept()) {
      List<RunView> views = plan.runs().stream().map(run -> RunView.read(run.directory())).toList();
      Reports.writeComparison(plan.directory(), plan.name(), views);
      Results.print(Comparison.of(views), console);
    }
    console.note("report: " + plan.directory().resolve("report.html"));
    return ExitCode.OK;
  }

  private static RunSession session(
      SweepPlan.Run run,
      Optional<Path> data,
      Optional<Duration> deadline,
      String goOn,
      ProgressMeter meter) {
    RunDirectory directory = RunDirectory.open(run.directory());
    try {
      Experiment experiment = experiment(run.scenario(), data, deadline);
      return new RunSession(experiment, directory, run.label(), run.method(), goOn, watch(meter));
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static Experiment experiment(
      Scenario scenario, Optional<Path> data, Optional<Duration> deadline) {
    try {
      return Experiment.build(scenario, DataDirectory.resolve(data), deadline);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RunProgress watch(ProgressMeter meter) {
    return new RunProgress() {
      @Override
      public void started(int from, int rounds, Map<String, String> domains) {
        meter.started(from, rounds);
      }

      @Override
      public void answered(int round, int answered, int cohort) {
        meter.answered(answered, cohort);
      }

      @Override
      public void round(RoundRecord record) {
        meter.round(record);
      }

      @Override
      public void testing(int done, int all) {
        meter.testing(done, all);
      }
    };
  }

  private static int defaultWorkers(Scenario scenario) {
    int cores = Runtime.getRuntime().availableProcessors();
    return Math.max(1, cores / scenario.engine().threadsPerWorker());
  }

  @Override
  public ExitCode server(Requests.Server request, Console console) {
    if (request.port() < 1) {
      throw new Failure(
          ExitCode.USAGE,
          "--port must be a fixed port, 1 to 65535, got "
              + request.port()
              + ": clients and a resumed server must find it again");
    }
    Path out =
        request
            .run()
            .out()
            .orElseThrow(
                () ->
                    new Failure(
                        ExitCode.USAGE,
                        "a server needs --out DIR: the same directory continues its run after a"
                            + " restart"));
    ScenarioFile file = single(request.run());
    SweepPlan plan;
    if (Files.isDirectory(out) && RunDirectory.isRun(out)) {
      plan = SweepPlan.load(out);
      Scenario asked = first(file);
      if (!plan.runs().getFirst().scenario().sha256().equals(asked.sha256())) {
        throw new Failure(
            ExitCode.RUN_DIRECTORY,
            out
                + " holds a run of another scenario than "
                + request.run().file()
                + " with these --set; repeat the command it was begun with, or choose another"
                + " --out");
      }
    } else {
      plan = SweepPlan.create(file, out);
    }
    SweepPlan.Run run = plan.runs().getFirst();
    if (run.complete()) {
      console.note(plan.directory() + " is complete; nothing is left to do");
      return ExitCode.OK;
    }
    ProgressMeter meter = new ProgressMeter(console, plan.name(), 1, 1);
    try (RunSession session =
            session(
                run,
                request.run().data(),
                Optional.empty(),
                "the same server command, with --out " + plan.directory(),
                meter);
        Interruption _ = new Interruption(session, session.goOn(), console)) {
      session.takenUp().ifPresent(console::note);
      if (session.trained()) {
        console.note("all rounds are done; what comes after them needs no clients");
      } else {
        console.note(
            "waiting at %s:%d for clients %s"
                .formatted(
                    request.host(),
                    request.port(),
                    String.join(", ", session.experiment().data().clients().keySet())));
      }
      Results.print(ServerProcess.run(session, request.host(), request.port()), console);
    }
    return ExitCode.OK;
  }

  private static ScenarioFile single(Requests.Run request) {
    ScenarioFile file = ScenarioFile.load(request.file(), request.overrides());
    if (file.sweep().swept()) {
      throw new Failure(
          ExitCode.SCENARIO_INVALID,
          request.file()
              + " has a sweep; a federation of processes runs one scenario: choose one with"
              + " --set, for example --set sweep=null --set algorithm.name=fedbn");
    }
    return file;
  }

  @Override
  public ExitCode client(Requests.Client request, Console console) {
    ScenarioFile file = single(request.run());
    Scenario scenario = first(file);
    Experiment experiment = experiment(scenario, request.run().data(), Optional.empty());
    TreeSet<String> clients =
        new TreeSet<>(
            request.clients().isEmpty() ? experiment.data().clients().keySet() : request.clients());
    for (String client : clients) {
      if (!experiment.data().clients().containsKey(client)) {
        throw new Failure(
            ExitCode.USAGE,
            "the scenario has no client "
                + client
                + "; it has "
                + String.join(", ", experiment.data().clients().keySet()));
      }
    }
    Path own =
        request
            .run()
            .out()
            .orElseGet(() -> Path.of("runs", scenario.name() + "-" + request.name()));
    try (RunDirectory directory =
        RunDirectory.isRun(own) ? RunDirectory.open(own) : RunDirectory.create(own)) {
      requireOwn(directory, scenario);
      Host.RunOver over =
          ClientProcess.run(
              experiment,
              new ClientProcess.Plan(
                  request.name(),
                  clients,
                  directory.path().resolve("clients"),
                  request.host(),
                  request.port(),
                  request.server() + ":" + request.serverPort(),
                  request.run().workers().orElseGet(() -> defaultWorkers(scenario)),
                  LOOK_FOR_SERVER),
              console::note);
      if (!over.complete()) {
        throw new Failure(
            ExitCode.RUN_FAILED,
            "the run ended early: "
                + over.message()
                + "; start this client again when the server is resumed");
      }
      console.note(request.name() + ": " + over.message());
      return ExitCode.OK;
    }
  }

  /** What clients keep of one run must not be taken for, or pushed out by, that of another. */
  private static void requireOwn(RunDirectory directory, Scenario scenario) {
    Path file = directory.file(RunFiles.CLIENTS_OF);
    if (!Files.exists(file)) {
      AtomicFiles.write(file, scenario.resolved());
    } else if (!Scenario.from(ScenarioFile.load(file, List.of()).settings())
        .sha256()
        .equals(scenario.sha256())) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY,
          directory.path()
              + " has what clients keep of a run with another scenario, seed or --set; choose"
              + " another place with --out");
    }
  }

  @Override
  public ClassCounts preview(Requests.Preview request, Console console) {
    ScenarioFile file = ScenarioFile.load(request.file(), request.overrides());
    Scenario scenario = first(file);
    try {
      DataDirectory directory = DataDirectory.resolve(request.data());
      var domains = scenario.data().load(directory, scenario.seeds());
      FederatedData data = FederatedData.divide(scenario.data(), domains, scenario.seeds());
      Optional<TaskStream> stream = stream(scenario, domains);
      if (request.out().isPresent()) {
        Path out = request.out().get();
        Files.createDirectories(out);
        Path sheet = out.resolve("samples.png");
        Path picture = out.resolve("partition.png");
        PartitionPicture.draw(scenario.name(), data.table()).write(picture);
        if (domains.isEmpty()) {
          console.note("picture: " + picture + "; " + scenario.data().source() + " has no images");
        } else {
          ContactSheet.draw(domains, 4, 2).write(sheet);
          console.note("pictures: " + sheet + ", " + picture);
        }
        if (stream.isPresent()) {
          Path tasks = out.resolve("stream.png");
          StreamPicture.draw(scenario.name(), stream.get()).write(tasks);
          console.note("picture: " + tasks + ", of one learner that has all the data");
        }
      }
      if (request.corruptions().isPresent()) {
        CorruptionPreview.draw(
            domains, directory, scenario.seeds(), request.corruptions().get(), console);
      }
      return stream.isPresent()
          ? new ClassCounts("task", rows(stream.get().table()))
          : new ClassCounts("client", rows(data.table()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<TaskStream> stream(Scenario scenario, List<Domain> domains) {
    if (!scenario.stream().options().streams()) {
      return Optional.empty();
    }
    if (domains.isEmpty()) {
      throw new Failure(
          ExitCode.SCENARIO_INVALID,
          "stream.kind must be none with data.source = %s, which has no images: choose another source"
              .formatted(scenario.data().source()));
    }
    return Optional.of(Streams.divide(scenario.stream().options(), domains, scenario.seeds()));
  }

  private static Map<String, int[]> rows(PartitionTable table) {
    Map<String, int[]> rows = new LinkedHashMap<>();
    List<List<Integer>> counts = new ArrayList<>(table.counts());
    for (int i = 0; i < counts.size(); i++) {
      rows.put(
          table.clients().get(i), counts.get(i).stream().mapToInt(Integer::intValue).toArray());
    }
    return rows;
  }

  @Override
  public Map<String, String> engineFingerprint() {
    return Engine.create().fingerprint();
  }
}
