package dev.tributary.scenarios.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The grid of runs that a scenario's {@code sweep} block spans: every combination of one value per
 * key, keys in the order of the file, the first one varying slowest.
 *
 * <pre>
 * sweep {
 *   algorithm = [fedavg, { name = fedprox, mu = 0.1, label = prox }]
 *   seed = [1, 2, 3]
 *   "model.name" = [lite-cnn]
 *   arms = [{ algorithm = fedavg, federation.optimizer.lr = 0.2 }, { algorithm = fedwon }]
 * }
 * </pre>
 *
 * <p>{@code arms} is not a key of the scenario: each of its values lays settings from anywhere over
 * it, so that every method of a comparison can have its own.
 *
 * @param cells the runs, in order; one with an empty label when there is no sweep
 */
public record Sweep(List<Cell> cells) {
  /** More runs than anybody starts on purpose. */
  static final int MOST_CELLS = 10_000;

  /**
   * One run of the grid.
   *
   * @param label names the run's directory, for example {@code fedbn-seed2}; empty without a sweep
   * @param method the label without the seed: runs that share it are one method in a comparison
   * @param settings what is laid over the scenario, by dotted key
   */
  public record Cell(String label, String method, Map<String, ConfigValue> settings) {

    /** The run of a scenario without a sweep. */
    static final Cell ONLY = new Cell("", "", Map.of());

    Cell plus(Axis axis, Axis.Value value) {
      Map<String, ConfigValue> more = new LinkedHashMap<>(settings);
      if (axis.path().equals(Axis.ARMS) && value.value() instanceof ConfigObject arm) {
        arm.toConfig().entrySet().forEach(entry -> more.put(entry.getKey(), entry.getValue()));
      } else {
        more.put(axis.path(), value.value());
      }
      String part = value.label();
      return new Cell(
          join(label, part),
          axis.path().equals("seed") ? method : join(method, part),
          java.util.Collections.unmodifiableMap(more));
    }

    private static String join(String a, String b) {
      return a.isEmpty() ? b : a + "-" + b;
    }
  }

  /** Whether there is a grid at all. */
  public boolean swept() {
    return !cells.equals(List.of(Cell.ONLY));
  }

  static Sweep of(Config config, Set<String> overridden) {
    if (!config.hasPath("sweep")) {
      return new Sweep(List.of(Cell.ONLY));
    }
    ConfigValue block = config.getValue("sweep");
    if (!(block instanceof ConfigObject object)) {
      throw invalid(
          "sweep", block, "must be a block of lists, such as sweep { seed = [1, 2, 3] }, got ");
    }
    List<Axis> axes = new ArrayList<>();
    collect("", object, axes);
    axes.sort(Axis.IN_ORDER_OF_THE_FILE);
    requireOneSource(axes, overridden);
    return new Sweep(grid(axes));
  }

  /** A key that two places set would have the value of one and the label of the other. */
  private static void requireOneSource(List<Axis> axes, Set<String> overridden) {
    Map<String, Axis> sources = new LinkedHashMap<>();
    for (Axis axis : axes) {
      for (String key : axis.keys()) {
        if (overridden.contains(key)) {
          throw new Failure(
              ExitCode.SCENARIO_INVALID,
              axis.path().equals(key)
                  ? "--set %1$s=... has no effect, as sweep.%1$s sets it too; use --set 'sweep.%1$s=[...]'"
                      .formatted(key)
                  : "--set %1$s=... has no effect, as sweep.%2$s sets it too; lay the list aside with --set sweep.%2$s=null, or give another with --set 'sweep.%2$s=[...]'"
                      .formatted(key, axis.path()));
        }
        Axis other = sources.putIfAbsent(key, axis);
        if (other != null && !other.equals(axis)) {
          throw new Failure(
              ExitCode.SCENARIO_INVALID,
              "sweep.%s and sweep.%s both set %s, so runs would bear a label that they do not keep; take it out of one, or lay one aside with --set sweep.%1$s=null"
                  .formatted(other.path(), axis.path(), key));
        }
      }
    }
  }

  private static void collect(String prefix, ConfigObject block, List<Axis> axes) {
    for (Map.Entry<String, ConfigValue> entry : block.entrySet()) {
      // "model.name" = [...] and model { name = [...] } mean the same.
      String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
      ConfigValue value = entry.getValue();
      if (value.valueType() == ConfigValueType.NULL) {
        continue;
      }
      if (value instanceof ConfigObject inner) {
        collect(key, inner, axes);
      } else {
        ConfigUtil.splitPath(key);
        axes.add(Axis.of(key, value));
      }
    }
  }

  private static List<Cell> grid(List<Axis> axes) {
    long size = 1;
    for (Axis axis : axes) {
      size = Math.multiplyExact(size, axis.values().size());
      if (size > MOST_CELLS) {
        throw new Failure(
            ExitCode.SCENARIO_INVALID,
            "the sweep has more than " + MOST_CELLS + " runs; take values out of its lists");
      }
    }
    List<Cell> cells = List.of(Cell.ONLY);
    for (Axis axis : axes) {
      List<Cell> next = new ArrayList<>();
      for (Cell cell : cells) {
        axis.values().forEach(value -> next.add(cell.plus(axis, value)));
      }
      cells = List.copyOf(next);
    }
    Set<String> labels = new HashSet<>();
    for (Cell cell : cells) {
      if (!labels.add(cell.label())) {
        throw new Failure(
            ExitCode.SCENARIO_INVALID,
            "two runs of the sweep are both called "
                + cell.label()
                + "; give one its own label: { name = ..., label = ... }");
      }
    }
    return cells;
  }

  static Failure invalid(String key, ConfigValue value, String rule) {
    return new Failure(
        ExitCode.SCENARIO_INVALID,
        key + " " + rule + Hocon.render(value) + " (" + Origins.place(value) + ")");
  }
}
