package dev.tributary.scenarios.report;

import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * {@code comparison.json}: methods side by side, each over its seeds.
 *
 * @param schemaVersion 1
 * @param domains all domains, in the order of the runs
 * @param methods in the order of the runs
 */
public record Comparison(int schemaVersion, List<String> domains, List<Method> methods) {

  /**
   * One method over its runs. Accuracies are shares in [0, 1].
   *
   * @param name what it is called
   * @param algorithm its algorithm's id
   * @param model its model's id
   * @param seeds the seeds of its runs, in order
   * @param runs the labels of its runs, in order
   * @param rounds the fewest rounds that one of its runs has done
   * @param complete whether all its runs are
   * @param state the same in words: {@code complete}, {@code interrupted after 2 of 30 rounds}
   * @param meanAccuracy the mean over domains
   * @param domainAccuracy by domain
   * @param continual the figures of learning over time; empty without streams
   * @param testTime by method of adaptation and batch size: the mean over corruptions; empty where
   *     nothing followed training
   * @param validationAccuracy the mean over domains of validation splits
   * @param seconds wall-clock time
   * @param samplesPerSecond samples trained on per second
   * @param bytesUp clients to server
   * @param upShareOfFp32 the same as a share of what it would be with deltas in float32
   * @param bytesDown server to clients
   */
  public record Method(
      String name,
      String algorithm,
      String model,
      List<Long> seeds,
      List<String> runs,
      int rounds,
      boolean complete,
      String state,
      Stat meanAccuracy,
      Map<String, Stat> domainAccuracy,
      Map<String, Stat> continual,
      Map<String, Stat> testTime,
      Stat validationAccuracy,
      Stat seconds,
      Stat samplesPerSecond,
      Stat bytesUp,
      Stat upShareOfFp32,
      Stat bytesDown) {

    /** Its name, and how far it came if that is not all the way. */
    public String title() {
      return complete ? name : name + " (" + state + ")";
    }
  }

  /** Puts runs side by side. Runs of one method must differ in their seed only. */
  public static Comparison of(List<RunView> runs) {
    Set<String> domains = new LinkedHashSet<>();
    runs.forEach(r -> domains.addAll(r.summary().domainAccuracy().keySet()));
    List<Method> methods = new ArrayList<>();
    grouped(runs).forEach((name, group) -> methods.add(method(name, group, domains, runs)));
    return new Comparison(1, List.copyOf(domains), List.copyOf(methods));
  }

  /**
   * The highest mean of a column; NaN where fewer than two methods are complete: what was
   * interrupted neither wins nor makes another win.
   */
  public double best(Function<Method, Stat> column) {
    List<Method> complete = methods.stream().filter(Method::complete).toList();
    return complete.size() < 2
        ? Double.NaN
        : complete.stream()
            .mapToDouble(method -> column.apply(method).mean())
            .filter(mean -> !Double.isNaN(mean))
            .max()
            .orElse(Double.NaN);
  }

  /**
   * The runs by method, in order; a method that has no name of its own is called by what trained.
   * Methods of different scenarios are kept apart, and so is a run whose seed its method has
   * already: it is the same run again or has other settings, and neither may pass for another seed.
   */
  static Map<String, List<RunView>> grouped(List<RunView> runs) {
    Set<String> scenarios = new LinkedHashSet<>();
    runs.forEach(r -> scenarios.add(r.summary().scenario()));
    Map<String, List<RunView>> groups = new LinkedHashMap<>();
    for (RunView run : runs) {
      RunSummary s = run.summary();
      boolean unnamed = s.method().isEmpty() || s.method().equals(s.algorithm());
      String method = unnamed ? s.methods() : s.method();
      String name = scenarios.size() > 1 ? s.scenario() + "/" + method : method;
      List<RunView> group = groups.computeIfAbsent(name, _ -> new ArrayList<>());
      if (group.stream().anyMatch(other -> other.summary().seed() == s.seed())) {
        group = groups.computeIfAbsent(name + " (" + run.path() + ")", _ -> new ArrayList<>());
      }
      group.add(run);
    }
    return groups;
  }

  /**
   * A run's figures over time, and its intransigence (Chaudhry et al., ECCV 2018): how much better
   * joint training knew each task just after it. That is the one run of the same scenario,
   * federated method, model and seed; where there are several, none is taken for it.
   */
  private static Map<String, Double> continual(RunSummary run, List<RunView> all) {
    Map<String, Double> figures = new LinkedHashMap<>(run.continual());
    List<RunSummary> joint =
        all.stream()
            .map(RunView::summary)
            .filter(
                s ->
                    s.strategy().equals("joint")
                        && s.scenario().equals(run.scenario())
                        && s.algorithm().equals(run.algorithm())
                        && s.model().equals(run.model())
                        && s.seed() == run.seed()
                        && s.accuracyMatrix().size() == run.accuracyMatrix().size())
            .toList();
    if (joint.size() == 1 && !figures.isEmpty() && !run.strategy().equals("joint")) {
      figures.put(
          "intransigence",
          joint.getFirst().continual().getOrDefault("learningAccuracy", Double.NaN)
              - figures.getOrDefault("learningAccuracy", Double.NaN));
    }
    return figures;
  }

  private static Method method(
      String name, List<RunView> runs, Set<String> domains, List<RunView> all) {
    Map<String, Stat> byDomain = new LinkedHashMap<>();
    for (String domain : domains) {
      byDomain.put(domain, stat(runs, s -> s.domainAccuracy().getOrDefault(domain, Double.NaN)));
    }
    RunSummary first = runs.getFirst().summary();
    return new Method(
        name,
        first.algorithm(),
        first.model(),
        runs.stream().map(r -> r.summary().seed()).toList(),
        runs.stream().map(RunView::name).toList(),
        runs.stream().mapToInt(r -> r.summary().rounds()).min().orElse(0),
        runs.stream().allMatch(r -> r.summary().isComplete()),
        state(runs),
        stat(runs, RunSummary::meanAccuracy),
        byDomain,
        stats(runs, summary -> continual(summary, all)),
        stats(runs, RunSummary::testTime),
        stat(runs, RunSummary::validationAccuracy),
        stat(runs, RunSummary::seconds),
        stat(runs, RunSummary::samplesPerSecond),
        stat(runs, s -> s.bytesUp()),
        stat(runs, RunSummary::upShareOfFp32),
        stat(runs, s -> s.bytesDown()));
  }

  private static String state(List<RunView> runs) {
    List<RunView> interrupted = runs.stream().filter(r -> !r.summary().isComplete()).toList();
    if (interrupted.isEmpty()) {
      return RunSummary.COMPLETE;
    }
    return runs.size() == 1
        ? runs.getFirst().progress()
        : interrupted.size() + " of " + runs.size() + " runs interrupted";
  }

  private static Map<String, Stat> stats(
      List<RunView> runs, Function<RunSummary, Map<String, Double>> values) {
    Map<String, Stat> stats = new LinkedHashMap<>();
    for (RunView run : runs) {
      for (String key : values.apply(run.summary()).keySet()) {
        stats.computeIfAbsent(
            key, k -> stat(runs, s -> values.apply(s).getOrDefault(k, Double.NaN)));
      }
    }
    return stats;
  }

  private static Stat stat(List<RunView> runs, ToDoubleFunction<RunSummary> value) {
    return Stat.of(runs.stream().map(r -> value.applyAsDouble(r.summary())).toList());
  }

  /** A curve over rounds, at each round over the runs that have it. */
  static List<LineChart.Point> curve(List<RunView> runs, ToDoubleFunction<RoundRecord> value) {
    TreeMap<Integer, List<Double>> byRound = new TreeMap<>();
    for (RunView run : runs) {
      for (RoundRecord round : run.rounds()) {
        byRound
            .computeIfAbsent(round.round(), r -> new ArrayList<>())
            .add(value.applyAsDouble(round));
      }
    }
    List<LineChart.Point> points = new ArrayList<>();
    byRound.forEach(
        (round, values) -> {
          Stat stat = Stat.of(values);
          double spread = Double.isNaN(stat.deviation()) ? 0 : stat.deviation();
          points.add(new LineChart.Point(round, stat.mean(), spread));
        });
    return points;
  }
}
