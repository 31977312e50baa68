package dev.tributary.client;

import dev.tributary.algorithms.plasticity.PlasticityHook;
import dev.tributary.algorithms.plasticity.PlasticityMethod;
import dev.tributary.algorithms.plasticity.PlasticityStart;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.StepHooks;
import dev.tributary.engine.training.TrainingResult;
import org.jspecify.annotations.Nullable;

/**
 * How clients keep their ability to learn.
 *
 * @param method what is done for it
 * @param model what is trained
 * @param engine what computes
 * @param initial the whole model before the first round
 * @param local passes and batch size, from which steps are counted
 */
public record PlasticityWork(
    PlasticityMethod method,
    Model model,
    Engine engine,
    ParameterVector initial,
    LocalOptions local) {

  /** A training from these weights with this hook. */
  @FunctionalInterface
  interface Training {
    TrainingResult run(ParameterVector from, StepHook hook);
  }

  /**
   * Runs a training under the method. Steps count as if the client had taken part in every round,
   * so that nothing need be kept for it.
   */
  TrainingResult run(
      ParameterVector from,
      StepHook hook,
      ClientData client,
      @Nullable StreamWork streams,
      int round,
      Seeds seeds,
      Training training) {
    ClientStream stream = streams == null ? null : client.stream().orElse(null);
    long before =
        streams == null || stream == null
            ? (round - 1L) * stepsPerRound(client.train().size())
            : streams.stepsBefore(stream, round);
    Examples now = stream == null ? client.train() : stream.current(round);
    PlasticityStart start =
        new PlasticityStart(model, engine, initial, now, seeds.child("plasticity"), before);
    boolean begins = stream != null && stream.part(round) == 0 && stream.task(round) > 0;
    ParameterVector begin = begins ? method.beginTask(from, start) : from;
    try (PlasticityHook own = method.hook(start)) {
      return training.run(begin, StepHooks.both(own, hook));
    }
  }

  private long stepsPerRound(int examples) {
    int perEpoch = local.examplesPerEpoch(examples, model.batchNormalized());
    return (long) Math.ceilDiv(perEpoch, local.batchSize()) * local.epochs();
  }
}
