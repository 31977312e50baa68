package dev.tributary.scenarios.testtime;

import dev.tributary.algorithms.testtime.AdaptationRun;
import dev.tributary.algorithms.testtime.Shift;
import dev.tributary.algorithms.testtime.ShiftResult;
import dev.tributary.algorithms.testtime.TestTimeAdapter;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Names;
import dev.tributary.scenarios.output.TestTimeLog;
import dev.tributary.scenarios.output.TestTimeRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Adapts and tests a trained model on all shifts with all methods and batch sizes. Each result is
 * on the disk as soon as it is there; what is there is not measured again. The model itself is not
 * changed.
 */
public final class TestTimePhase {

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Watcher {
    /** So many of all cells are done. */
    void done(int done, int all);
  }

  private record Cell(ShiftGroup group, String adapter, int batchSize) {}

  private final TestTimeOptions options;
  private final Model model;
  private final Engine engine;
  private final ParameterVector weights;
  private final Path log;

  /**
   * @param weights the whole trained model
   * @param log where results are kept
   */
  TestTimePhase(
      TestTimeOptions options, Model model, Engine engine, ParameterVector weights, Path log) {
    this.options = options;
    this.model = model;
    this.engine = engine;
    this.weights = weights;
    this.log = log;
  }

  /**
   * Measures what is missing.
   *
   * @param workers threads, &ge; 1; results do not depend on them
   * @return all results, by group, method and batch size
   */
  List<TestTimeRecord> run(List<ShiftGroup> groups, int workers, Watcher watcher) {
    List<TestTimeRecord> whole = whole(groups, TestTimeLog.read(log));
    // What a crash cut off is dropped before others follow it.
    TestTimeLog.write(log, whole);
    Set<String> known = keys(whole);
    int all = groups.size() * options.adapters().size() * options.batchSizes().size();
    int done = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      for (ShiftGroup group : groups) {
        List<Cell> missing = missing(group, known);
        done += options.adapters().size() * options.batchSizes().size() - missing.size();
        watcher.done(done, all);
        List<Shift> shifts = missing.isEmpty() ? List.of() : group.shifts().get();
        List<Future<List<TestTimeRecord>>> results = new ArrayList<>();
        for (Cell cell : missing) {
          results.add(threads.submit(() -> measure(cell, shifts)));
        }
        for (Future<List<TestTimeRecord>> result : results) {
          TestTimeLog.append(log, value(result));
          watcher.done(++done, all);
        }
      }
    }
    return sorted(groups);
  }

  /** The records of cells all of whose shifts are there: shifts in one go are measured in one. */
  private List<TestTimeRecord> whole(List<ShiftGroup> groups, List<TestTimeRecord> records) {
    Set<String> known = keys(records);
    Set<String> whole = new HashSet<>();
    for (ShiftGroup group : groups) {
      for (Cell cell : cells(group)) {
        List<String> keys = keys(cell);
        whole.addAll(known.containsAll(keys) ? keys : List.of());
      }
    }
    return records.stream().filter(r -> whole.contains(key(r))).toList();
  }

  private List<Cell> missing(ShiftGroup group, Set<String> known) {
    return cells(group).stream().filter(cell -> !known.containsAll(keys(cell))).toList();
  }

  /** What is measured on a group, in the order of the options. */
  private List<Cell> cells(ShiftGroup group) {
    List<Cell> cells = new ArrayList<>();
    for (String adapter : options.adapters().keySet()) {
      for (int batch : options.batchSizes()) {
        cells.add(new Cell(group, adapter, batch));
      }
    }
    return cells;
  }

  private static List<String> keys(Cell cell) {
    return cell.group().names().stream()
        .map(name -> key(cell.adapter(), cell.batchSize(), cell.group().severity(), name))
        .toList();
  }

  private static Set<String> keys(List<TestTimeRecord> records) {
    return records.stream().map(TestTimePhase::key).collect(Collectors.toSet());
  }

  private static String key(TestTimeRecord r) {
    return key(r.adapter(), r.batchSize(), r.severity(), r.shift());
  }

  private static String key(String adapter, int batch, int severity, String shift) {
    return adapter + '|' + batch + '|' + severity + '|' + shift;
  }

  private List<TestTimeRecord> measure(Cell cell, List<Shift> shifts) {
    Map<String, TestTimeAdapter> adapters = options.adapters();
    AdaptationRun run =
        new AdaptationRun(
            Objects.requireNonNull(adapters.get(cell.adapter())),
            model,
            engine,
            cell.batchSize(),
            options.reset());
    engine.enter();
    List<TestTimeRecord> records = new ArrayList<>();
    for (ShiftResult result : run.run(weights, shifts)) {
      records.add(
          new TestTimeRecord(
              cell.adapter(),
              cell.batchSize(),
              Names.of(options.reset()),
              result.shift(),
              cell.group().severity(),
              result.evaluation().examples(),
              result.evaluation().correct(),
              result.evaluation().meanLoss(),
              result.calibration().meanEntropy(),
              result.calibration().ece()));
    }
    return records;
  }

  /** In the order of the options, whatever was measured when. */
  private List<TestTimeRecord> sorted(List<ShiftGroup> groups) {
    Map<String, Integer> order = new HashMap<>();
    for (ShiftGroup group : groups) {
      for (String name : group.names()) {
        for (String adapter : options.adapters().keySet()) {
          for (int batch : options.batchSizes()) {
            order.put(key(adapter, batch, group.severity(), name), order.size());
          }
        }
      }
    }
    List<TestTimeRecord> records = TestTimeLog.read(log);
    records.sort(Comparator.comparingInt(r -> order.getOrDefault(key(r), -1)));
    TestTimeLog.write(log, records);
    return records;
  }

  private static <T> T value(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at test time; what is done is kept", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
