package dev.tributary.algorithms.continual;

/**
 * Joint training: every task trains on the examples of all tasks so far, mixed. Not continual, but
 * the bound that continual methods are held against.
 *
 * <p><b>Choices.</b> Each task goes on from the weights that the one before left, so what is bound
 * is forgetting and not the start; after T tasks of equal size the first has been trained on T
 * times as often as the last. The examples are mixed even where a stream is otherwise kept in its
 * order: in order it would be fine-tuning over and over.
 *
 * <p><b>Cost.</b> Task t, from 1, takes t times the steps of {@link Naive}; all data are kept.
 */
public record Joint() implements ContinualStrategy {

  @Override
  public String id() {
    return "joint";
  }

  @Override
  public Scope scope() {
    return Scope.SEEN;
  }

  @Override
  public Session open(Lesson lesson) {
    return new Naive().open(lesson);
  }
}
