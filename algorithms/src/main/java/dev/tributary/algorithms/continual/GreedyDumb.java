package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Learner;

/**
 * GDumb: keeps a balanced memory, learns nothing from the stream, and trains a fresh network on the
 * memory whenever one is asked for. What a method is worth that does not beat it.
 *
 * <p>A. Prabhu, P. H. S. Torr, P. K. Dokania: GDumb: A Simple Approach that Questions Our Progress
 * in Continual Learning. ECCV 2020.
 *
 * <pre>
 *   each new example:   M &lt;- greedy balancing sampler(M, (x, y))
 *   at a task's end:    theta &lt;- fresh;   E epochs of mini-batches of M alone, CE
 * </pre>
 *
 * <p><b>Symbols.</b> M: {@link GreedyMemory}; |M|: {@link Options#buffer}; E: {@link
 * Options#epochs}.
 *
 * <p><b>Choices.</b> A network is asked for at the end of each task. Observing a batch only stores:
 * it takes no step and leaves the weights as they were; its loss is theirs in evaluation mode. So
 * rounds that do not end a task return what they were given. The fresh weights are the model's
 * initial ones from the learner's own seeds, new ones each task; the optimiser begins anew with a
 * schedule over the E epochs; the batch size is the scenario's, and a last batch of one example,
 * which has no variance, is left out where the model normalises by batch.
 *
 * <p><b>Differences from the source.</b> The optimiser is the scenario's instead of the paper's
 * (restarts of the learning rate, CutMix). In a federation the server averages networks that each
 * client trained from a start of its own, and a term that pulls towards what the server sent pulls
 * fresh weights too: the method is meant for one learner.
 *
 * <p><b>Cost.</b> A forward pass a batch; E epochs of the memory a task.
 */
public record GreedyDumb(Options options) implements ContinualStrategy {

  /**
   * Settings below {@code continual}.
   *
   * @param buffer the most examples remembered, &ge; 1
   * @param epochs passes over the memory at each task's end, &ge; 1
   */
  public record Options(int buffer, int epochs) {
    /** Reads {@code buffer} (default 200) and {@code epochs} (30). */
    public static Options from(Settings settings) {
      int epochs = settings.integer("epochs", 30);
      settings.require(epochs >= 1, "epochs", ">= 1", epochs);
      return new Options(ReplayOptions.buffer(settings), epochs);
    }
  }

  @Override
  public String id() {
    return "gdumb";
  }

  @Override
  public boolean actsAtBorders() {
    return true;
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    GreedyMemory.declare(memory, options.buffer());
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson, new GreedyMemory(lesson));
  }

  private record Rounds(Options options, Lesson lesson, GreedyMemory past) implements Session {
    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      batch.forEach(past::offer);
      learner.clear();
      lesson.add(batch);
      learner.evaluate();
      return LogitLoss.crossEntropy(learner, 0, batch.size(), 0);
    }

    @Override
    public void end() {
      Learner learner = lesson.learner();
      int size = past.size();
      int batchSize = lesson.batchSize();
      Seeds seeds = lesson.seeds().child("fresh", lesson.task());
      boolean loneLast =
          size % batchSize == 1 && size > batchSize && learner.model().batchNormalized();
      int used = loneLast ? size - 1 : size;
      learner.restart(
          learner.model().initial(seeds), Math.ceilDiv(used, batchSize) * options.epochs());
      for (int epoch = 0; epoch < options.epochs(); epoch++) {
        learner.beginEpoch(epoch);
        int[] order = lesson.random("memory-shuffle").permutation(size);
        for (int from = 0; from < used; from += batchSize) {
          int n = Math.min(batchSize, used - from);
          learner.clear();
          for (int i = from; i < from + n; i++) {
            lesson.add(past.at(order[i]));
          }
          lesson.forward(true);
          LogitLoss.crossEntropy(learner, 0, n, 1);
          learner.backward();
          learner.update();
        }
      }
    }

    @Override
    public void save(Memory memory) {
      past.save(memory);
    }
  }
}
