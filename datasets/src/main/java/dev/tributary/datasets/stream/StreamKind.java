package dev.tributary.datasets.stream;

import java.util.List;

/**
 * How data change over time. The first three are the scenarios of van de Ven and Tolias ("Three
 * scenarios for continual learning", 2019).
 */
public enum StreamKind {
  /** No change: one task that has all the data. */
  NONE(),

  /** Each task brings classes of its own; at test time nobody says which task it is. */
  CLASS_INCREMENTAL("tasks", "classes-per-task", "class-order"),

  /** The same tasks; at test time the task is told, so only its classes are to choose from. */
  TASK_INCREMENTAL("tasks", "classes-per-task", "class-order"),

  /** Each task is a domain of the source. */
  DOMAIN_INCREMENTAL("domain-order"),

  /** Class-incremental, but a share of each task's examples comes from the other tasks. */
  BLURRY("tasks", "classes-per-task", "class-order", "blur"),

  /** Class-incremental tasks that come again and again. */
  RECURRING("tasks", "classes-per-task", "class-order", "repeat", "examples"),

  /** The same images, but what they are called changes. */
  LABEL_DRIFT("tasks", "examples", "drift-share", "drift-window"),

  /** The same images under labels that mean nothing and are drawn anew for each task. */
  RANDOM_LABELS("tasks"),

  /** The same images with their pixels in another order (Goodfellow et al. 2013). */
  PERMUTED("tasks", "examples"),

  /** The same images turned further and further. */
  ROTATED("tasks", "examples", "rotation-step");

  private final String keys;

  StreamKind(String... keys) {
    this.keys = String.join(" ", keys);
  }

  /** Whether a key of the section {@code stream} has a meaning with this kind. */
  boolean uses(String key) {
    return List.of(keys.split(" ")).contains(key);
  }

  /** Whether its tasks are groups of classes. */
  boolean groupsClasses() {
    return uses("classes-per-task");
  }
}
