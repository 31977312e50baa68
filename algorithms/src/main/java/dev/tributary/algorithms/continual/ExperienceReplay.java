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
 *   M &lt;- reservoir(M, B_n)
 * </pre>
 *
 * <p><b>Symbols.</b> |M|: {@link Options#buffer}; |B_m|: {@link Options#replay}.
 *
 * <p><b>Choices.</b> The memory is a reservoir. The two batches go through the network together, so
 * batch normalisation sees one batch of both; {@code joint = false} sends them one after the other,
 * as several public implementations do, and the statistics are of each alone. The mean is over all
 * rows of both.
 *
 * <p><b>Cost.</b> Twice the work of a step, and the memory.
 */
public record ExperienceReplay(Options options) implements ContinualStrategy {

  /**
   * Settings below {@code continual}.
   *
   * @param buffer the most examples remembered, &ge; 1
   * @param replay examples replayed per step; 0 for as many as the batch size
   * @param joint whether new and replayed examples share one forward pass
   */
  public record Options(int buffer, int replay, boolean joint) {
    /** Reads {@code buffer} (default 200), {@code replay} (0) and {@code joint} (true). */
    public static Options from(Settings settings) {
      int buffer = settings.integer("buffer", 200);
      settings.require(buffer >= 1, "buffer", "a number of examples >= 1", buffer);
      int replay = settings.integer("replay", 0);
      settings.require(replay >= 0, "replay", ">= 1, or 0 for the batch size", replay);
      return new Options(buffer, replay, settings.flag("joint", true));
    }

    /** The examples replayed per step for this batch size. */
    int replayed(int batchSize) {
      return replay == 0 ? batchSize : replay;
    }
  }

  @Override
  public String id() {
    return "er";
  }

  @Override
  public int largestStep(int batchSize) {
    return batchSize + options.replayed(batchSize);
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    Reservoir.declare(memory, options.buffer());
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson, new Reservoir(lesson));
  }

  private record Rounds(Options options, Lesson lesson, Reservoir reservoir) implements Session {
    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      int[] past = reservoir.draw(options.replayed(lesson.batchSize()), lesson.random("replay"));
      int n = batch.size();
      int rows = n + past.length;
      learner.clear();
      lesson.add(batch);
      boolean apart = !options.joint() && past.length > 0;
      if (!apart) {
        addAll(past);
      }
      lesson.forward(!apart && past.length > 0);
      double loss = LogitLoss.crossEntropy(learner, 0, n, (double) n / rows);
      if (apart) {
        learner.backward();
        learner.clear();
        addAll(past);
        lesson.forward(true);
      }
      if (past.length > 0) {
        LogitLoss.crossEntropy(learner, apart ? 0 : n, past.length, (double) past.length / rows);
      }
      learner.backward();
      learner.update();
      for (int i = 0; i < n; i++) {
        reservoir.offer(batch.at(i));
      }
      return loss;
    }

    private void addAll(int[] places) {
      for (int place : places) {
        lesson.add(reservoir.at(place));
      }
    }

    @Override
    public void save(Memory memory) {
      reservoir.save(memory);
    }
  }
}
