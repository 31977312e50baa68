package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Learner;

/**
 * ER: every step also trains on as many examples from a memory of the past.
 *
 * <p>A. Chaudhry, M. Rohrbach, M. Elhoseiny, T. Ajanthan, P. K. Dokania, P. H. S. Torr, M. Ranzato:
 * On Tiny Episodic Memories in Continual Learning. 2019, arXiv:1902.10486.
 *
 * <pre>
 *   B_n: the new batch;  B_m: a random batch of the memory M;  B = B_n and B_m together
 *   theta &lt;- theta - lr grad 1/|B| sum over B of CE
 *   M &lt;- M with B_n offered
 * </pre>
 *
 * <p><b>Symbols.</b> M: {@link ReplayOptions#kind}, |M|: {@link ReplayOptions#buffer}; |B_m|:
 * {@link ReplayOptions#replay}.
 *
 * <p><b>Choices.</b> The memory is a reservoir unless {@code buffer-kind = ring}. The two batches
 * go through the network together, so batch normalisation sees one batch of both; {@code joint =
 * false} sends them one after the other, as several public implementations do, and the statistics
 * are of each alone. The mean is over all rows of both.
 *
 * <p><b>Cost.</b> Twice the work of a step, and the memory.
 */
public record ExperienceReplay(Options options) implements ContinualStrategy {

  /**
   * Settings below {@code continual}.
   *
   * @param memory of past examples
   * @param joint whether new and replayed examples share one forward pass
   */
  public record Options(ReplayOptions memory, boolean joint) {
    /** Reads {@link ReplayOptions} and {@code joint} (default true). */
    public static Options from(Settings settings) {
      return new Options(ReplayOptions.from(settings), settings.flag("joint", true));
    }
  }

  @Override
  public String id() {
    return "er";
  }

  @Override
  public int largestStep(int batchSize) {
    int replayed = options.memory().replayed(batchSize);
    return options.joint() ? batchSize + replayed : Math.max(batchSize, replayed);
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    options.memory().declare(memory);
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson, options.memory().open(lesson));
  }

  private record Rounds(Options options, Lesson lesson, ReplayMemory past) implements Session {
    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      int count = options.memory().replayed(lesson.batchSize());
      int[] places = past.draw(count, lesson.random("replay"));
      int n = batch.size();
      int m = places.length;
      double rows = n + m;
      StepParts parts = new StepParts(lesson, options.joint());
      parts.add(batch, from -> LogitLoss.crossEntropy(learner, from, n, n / rows));
      parts.add(past, places, from -> LogitLoss.crossEntropy(learner, from, m, m / rows));
      double loss = parts.gradient();
      learner.update();
      batch.forEach(past::offer);
      return loss;
    }

    @Override
    public void save(Memory memory) {
      past.save(memory);
    }
  }
}
