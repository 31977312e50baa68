package dev.tributary.scenarios.run;

import dev.tributary.client.ClientData;
import dev.tributary.client.ClientStream;
import dev.tributary.client.TaskSplit;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.stream.StreamKind;
import dev.tributary.datasets.stream.StreamOptions;
import dev.tributary.datasets.stream.StreamSource;
import dev.tributary.datasets.stream.StreamTask;
import dev.tributary.datasets.stream.Streams;
import dev.tributary.datasets.stream.TaskStream;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Gives the clients of a federation streams: their tasks, and tests by task. */
final class StreamedData {
  private static final List<String> SPLITS = List.of("validation", "test");

  private final StreamSchedule schedule;
  private final Seeds seeds;

  private StreamedData(StreamSchedule schedule, Seeds seeds) {
    this.schedule = schedule;
    this.seeds = seeds;
  }

  /**
   * Divides each client's data over time.
   *
   * @param divided the clients' data, all of the time
   * @param domains where they come from
   * @throws SettingException when the data cannot be divided so
   */
  static FederatedData divide(
      StreamSchedule schedule,
      DataOptions options,
      FederatedData divided,
      List<Domain> domains,
      Seeds seeds) {
    if (!schedule.options().streams()) {
      return divided;
    }
    StreamedData streamed = new StreamedData(schedule, seeds.child("stream"));
    TreeMap<String, ClientData> clients = new TreeMap<>();
    List<ClientData> all = List.copyOf(divided.clients().values());
    boolean byDomain = schedule.options().kind() == StreamKind.DOMAIN_INCREMENTAL;
    if (byDomain && options.byDomain()) {
      throw new SettingException(
          "stream.kind = domain-incremental takes a client through all domains, but with data.split"
              + " = by-domain each has one; set data.split = iid and data.clients");
    }
    List<List<int[]>> shares = byDomain ? shares(options, domains, seeds) : List.of();
    for (int c = 0; c < all.size(); c++) {
      ClientData client = all.get(c);
      Map<String, List<StreamSource>> sources = new TreeMap<>();
      for (String split : SPLITS) {
        sources.put(
            split,
            byDomain
                ? ofDomains(domains, shares, c, all.size(), split)
                : List.of(
                    new StreamSource(
                        client.domain(),
                        client.train(),
                        client
                            .evaluation()
                            .getOrDefault(split, client.train().subset(new int[0])))));
      }
      clients.put(client.id(), streamed.client(client, c, sources));
    }
    return new FederatedData(
        clients, divided.shape(), divided.classes(), divided.titles(), divided.table());
  }

  /** By domain, then by client: the indices of its training examples. */
  private static List<List<int[]>> shares(DataOptions options, List<Domain> domains, Seeds seeds) {
    List<List<int[]>> shares = new ArrayList<>();
    for (Domain domain : domains) {
      shares.add(
          options
              .partition()
              .divide(
                  domain.train().labels(),
                  List.of(domain.train().size()),
                  seeds.child("partition").child(domain.id())));
    }
    return shares;
  }

  private static List<StreamSource> ofDomains(
      List<Domain> domains, List<List<int[]>> shares, int client, int clients, String split) {
    List<StreamSource> sources = new ArrayList<>();
    for (int d = 0; d < domains.size(); d++) {
      Domain domain = domains.get(d);
      ImageSet held = split.equals("test") ? domain.test() : domain.validation();
      sources.add(
          new StreamSource(
              domain.id(),
              domain.train().subset(shares.get(d).get(client)),
              FederatedData.share(held, client, clients),
              new JoinedExamples(List.of(domain.train(), domain.validation(), domain.test()))));
    }
    return sources;
  }

  private ClientData client(ClientData whole, int index, Map<String, List<StreamSource>> sources) {
    StreamOptions options = schedule.options();
    TreeMap<String, Examples> evaluation = new TreeMap<>();
    List<ClientStream.Task> tasks = new ArrayList<>();
    for (String split : SPLITS) {
      TaskStream stream =
          Streams.divide(
              options,
              sources.getOrDefault(split, List.of()),
              seeds,
              seeds.child("client " + whole.id()));
      tasks.clear();
      for (StreamTask task : stream.all()) {
        if (task.train().size() == 0) {
          throw new SettingException(
              "client %s has no training examples of task %d (%s); give clients more data, or a data.split that gives each of them some of every class"
                  .formatted(whole.id(), task.index(), task.name()));
        }
        tasks.add(new ClientStream.Task(task.train(), task.classes()));
        evaluation.put(new TaskSplit(split, task.index()).id(), task.test());
      }
    }
    ClientStream stream = new ClientStream(tasks, schedule.taskOfRound(tasks.size(), index));
    if (schedule.once()) {
      requireShares(whole.id(), stream);
    }
    Examples train = new JoinedExamples(tasks.stream().map(ClientStream.Task::train).toList());
    return new ClientData(whole.id(), whole.domain(), train, evaluation, Optional.of(stream));
  }

  /** Rounds that share a task's examples need at least one each. */
  private void requireShares(String client, ClientStream stream) {
    for (int round = 1; round <= stream.tasks() * schedule.roundsPerTask(); round++) {
      int examples = stream.current(round).size();
      int rounds = stream.parts(round);
      if (examples < rounds) {
        throw new SettingException(
            ("with stream.pass = once the %d rounds of task %d share its examples, but client %s"
                    + " has only %d of them; lower stream.rounds-per-task, or give clients more"
                    + " data")
                .formatted(rounds, stream.task(round), client, examples));
      }
    }
  }

  /** The accuracy of guessing among a task's classes, the mean over all tasks and clients. */
  static double chance(SortedMap<String, ClientData> clients) {
    return clients.values().stream()
        .flatMap(c -> c.stream().stream())
        .flatMapToDouble(
            s -> IntStream.range(0, s.tasks()).mapToDouble(t -> 1.0 / s.classes(t).length))
        .average()
        .orElse(Double.NaN);
  }

  /** The number of tasks of a federation's streams; 0 without streams. */
  static int tasks(SortedMap<String, ClientData> clients) {
    return clients.values().stream()
        .mapToInt(c -> c.stream().map(ClientStream::tasks).orElse(0))
        .max()
        .orElse(0);
  }
}
