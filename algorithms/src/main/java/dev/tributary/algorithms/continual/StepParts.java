package dev.tributary.algorithms.continual;

import dev.tributary.engine.training.Learner;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of one step, new examples and replayed ones, each with a loss of its own; their
 * gradients add up. Together they share one forward pass, so that batch normalisation sees one
 * batch of all; else each has a pass of its own, in their order.
 */
final class StepParts {
  private final Lesson lesson;
  private final boolean joint;
  private final List<Part> parts = new ArrayList<>();

  /** A loss on some rows, which it adds its gradient to. */
  @FunctionalInterface
  interface PartLoss {
    /**
     * Adds the derivative by the logits to {@link Learner#logitGradient}.
     *
     * @param from the first row of the part
     * @return the loss
     */
    double at(int from);
  }

  private record Part(Runnable rows, boolean replay, PartLoss loss) {}

  /** A step without parts; {@code joint} if they are to share one pass. */
  StepParts(Lesson lesson, boolean joint) {
    this.lesson = lesson;
    this.joint = joint;
  }

  /** Adds new examples. */
  void add(Batch batch, PartLoss loss) {
    parts.add(new Part(() -> lesson.add(batch), false, loss));
  }

  /**
   * Adds examples of the memory. Without any there is no such part, nor where a single one would
   * have a pass of its own through a model that normalises by batch: one example has no variance.
   *
   * @return whether there is
   */
  boolean add(ReplayMemory memory, int[] places, PartLoss loss) {
    boolean alone = !joint && lesson.learner().model().batchNormalized();
    if (places.length <= (alone ? 1 : 0)) {
      return false;
    }
    parts.add(
        new Part(
            () -> {
              for (int place : places) {
                lesson.add(memory.at(place));
              }
            },
            true,
            loss));
    return true;
  }

  /**
   * Runs the passes forward and backward.
   *
   * @return the loss of the first part
   */
  double gradient() {
    Learner learner = lesson.learner();
    double first = 0;
    for (int i = 0; i < parts.size(); i += joint ? parts.size() : 1) {
      double loss = pass(learner, joint ? parts : parts.subList(i, i + 1));
      first = i == 0 ? loss : first;
    }
    return first;
  }

  private double pass(Learner learner, List<Part> together) {
    learner.clear();
    int[] from = new int[together.size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = learner.rows();
      together.get(i).rows.run();
    }
    lesson.forward(together.stream().anyMatch(Part::replay));
    double first = together.getFirst().loss.at(from[0]);
    for (int i = 1; i < from.length; i++) {
      together.get(i).loss.at(from[i]);
    }
    learner.backward();
    return first;
  }
}
