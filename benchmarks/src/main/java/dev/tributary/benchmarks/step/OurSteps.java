package dev.tributary.benchmarks.step;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.LocalOptions.DropLast;
import dev.tributary.engine.training.LocalTrainer;

/** Our side: local training as a worker of a run does it, on examples in memory. */
final class OurSteps implements AutoCloseable {
  private final LocalTrainer trainer;
  private final ParameterVector start;
  private final Examples data;
  private final Seeds seeds = Seeds.root(1);
  private int trainings;

  OurSteps(Model model, int batch, int threads, Examples data) {
    this.trainer =
        new LocalTrainer(
            model,
            Engine.create(threads),
            new LocalOptions(1, batch, OptimizerOptions.sgd(0.01), DropLast.NEVER));
    this.start = model.initial(seeds.child("model"));
    this.data = data;
  }

  /** Trains whole epochs until the time is over; the milliseconds of a step. */
  double milliseconds(double seconds) {
    StepClock clock = new StepClock();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      clock.start();
      trainer.train(start, data, seeds.child("training", trainings++), clock);
    } while (System.nanoTime() < end);
    return clock.milliseconds();
  }

  @Override
  public void close() {
    trainer.close();
  }
}
