package dev.tributary.datasets.stream;

import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.Names;
import dev.tributary.engine.settings.Settings;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The section {@code stream}: how the data of a learner change over time; made by {@link #from},
 * which checks the ranges and refuses keys that have no meaning for the chosen kind.
 *
 * @param kind {@code kind}
 * @param tasks {@code tasks}: how many, of kinds by class before they recur; 0 for as many as the
 *     classes give, or of domains
 * @param classesPerTask {@code classes-per-task}; 0 for as many as {@code tasks} leaves
 * @param classOrder {@code class-order}: the order in which classes become tasks
 * @param domainOrder {@code domain-order}: {@code natural}, {@code shuffled} or all ids in order
 * @param blur {@code blur}: share of a task's examples that come from other tasks, in [0, 1)
 * @param repeat {@code repeat}: how often the sequence of tasks comes, &ge; 1
 * @param examples {@code examples}: whether tasks that could use the same examples do
 * @param rotationStep {@code rotation-step}: degrees from a task to the next, counterclockwise
 * @param driftShare {@code drift-share}: share of the classes whose label a task changes, in (0, 1]
 * @param driftWindow {@code drift-window}: share of a task over which its labels take over, in [0,
 *     1]
 * @param order {@code order}: whether each client of a federation has an order of its own
 * @param pace {@code pace}: how many rounds the latest client begins a task late, see {@link
 *     StreamPace}
 */
public record StreamOptions(
    StreamKind kind,
    int tasks,
    int classesPerTask,
    ClassOrder classOrder,
    List<String> domainOrder,
    double blur,
    int repeat,
    ExampleUse examples,
    double rotationStep,
    double driftShare,
    double driftWindow,
    TaskOrder order,
    int pace) {

  static final List<String> NATURAL_DOMAINS = List.of("natural");
  static final List<String> SHUFFLED_DOMAINS = List.of("shuffled");

  private static final int TASKS = 5;
  private static final Set<String> OF_ONE_KIND =
      Set.of(
          "tasks",
          "classes-per-task",
          "class-order",
          "domain-order",
          "blur",
          "repeat",
          "examples",
          "rotation-step",
          "drift-share",
          "drift-window");

  /** Copies the list. */
  public StreamOptions {
    domainOrder = List.copyOf(domainOrder);
  }

  /**
   * Reads the section; without it there is no change over time.
   *
   * @throws dev.tributary.engine.settings.SettingException naming key, value and rule
   */
  public static StreamOptions from(Settings settings) {
    StreamKind kind = settings.choice("kind", StreamKind.NONE);
    for (String key : OF_ONE_KIND.stream().sorted().toList()) {
      if (!kind.uses(key) && settings.has(key)) {
        throw settings.mustBe(
            key, "absent with kind = " + Names.of(kind) + ", which does not use it", "a value");
      }
    }
    Reader read = new Reader(settings, kind);
    int tasks = read.integer("tasks", kind.groupsClasses() ? 0 : TASKS);
    settings.require(
        tasks >= (kind.groupsClasses() ? 0 : 1) || !kind.uses("tasks"),
        "tasks",
        kind.groupsClasses() ? ">= 1, or 0 for as many as the classes give" : ">= 1",
        tasks);
    int perTask = read.integer("classes-per-task", 0);
    settings.require(
        perTask >= 0, "classes-per-task", ">= 1, or 0 for as many as tasks leaves", perTask);
    double blur = read.number("blur", 0.1);
    settings.require(blur >= 0 && blur < 1, "blur", "in [0, 1)", blur);
    int repeat = read.integer("repeat", 2);
    settings.require(repeat >= 1, "repeat", ">= 1", repeat);
    double step = read.number("rotation-step", 15);
    settings.require(
        Math.abs(step) > 0 && Math.abs(step) < 360,
        "rotation-step",
        "degrees between -360 and 360, not 0",
        step);
    double share = read.number("drift-share", 1);
    settings.require(share > 0 && share <= 1, "drift-share", "in (0, 1]", share);
    double window = read.number("drift-window", 0.5);
    settings.require(window >= 0 && window <= 1, "drift-window", "in [0, 1]", window);
    boolean streams = kind != StreamKind.NONE;
    for (String key : List.of("order", "pace")) {
      settings.require(
          streams || !settings.has(key),
          key,
          "absent with kind = none: nothing changes",
          "a value");
    }
    int pace = streams ? settings.integer("pace", 0) : 0;
    settings.require(pace >= 0, "pace", "a whole number of rounds >= 0", pace);
    return new StreamOptions(
        kind,
        tasks,
        perTask,
        kind.uses("class-order")
            ? settings.choice("class-order", ClassOrder.SHUFFLED)
            : ClassOrder.NATURAL,
        kind.uses("domain-order")
            ? settings.texts("domain-order", NATURAL_DOMAINS)
            : NATURAL_DOMAINS,
        blur,
        repeat,
        kind.uses("examples") ? settings.choice("examples", usual(kind)) : ExampleUse.ALL,
        step,
        share,
        window,
        streams ? settings.choice("order", TaskOrder.SAME) : TaskOrder.SAME,
        pace);
  }

  /**
   * Papers permute and turn the same images for every task; streams of labels go on to new ones.
   */
  private static ExampleUse usual(StreamKind kind) {
    return kind == StreamKind.PERMUTED || kind == StreamKind.ROTATED
        ? ExampleUse.ALL
        : ExampleUse.DISJOINT;
  }

  /** Whether there is a stream at all. */
  public boolean streams() {
    return kind != StreamKind.NONE;
  }

  /**
   * The order in which a learner meets the tasks: the numbers 0 to tasks-1.
   *
   * @param own what belongs to this learner alone
   */
  int[] taskOrder(int count, Seeds own) {
    return order == TaskOrder.OWN
        ? own.child("task-order").stream().permutation(count)
        : IntStream.range(0, count).toArray();
  }

  /** Reads numbers where the kind uses the key; elsewhere the key is not asked for. */
  private record Reader(Settings settings, StreamKind kind) {
    int integer(String key, int fallback) {
      return kind.uses(key) ? settings.integer(key, fallback) : fallback;
    }

    double number(String key, double fallback) {
      return kind.uses(key) ? settings.number(key, fallback) : fallback;
    }
  }
}
