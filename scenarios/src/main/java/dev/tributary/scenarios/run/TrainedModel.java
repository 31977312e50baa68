package dev.tributary.scenarios.run;

import dev.tributary.client.LocalStates;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSubset;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.server.GlobalState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * One whole model from a finished run, for those who were no part of it: the shared tensors, and of
 * what clients keep the mean over clients, each counting the same.
 */
final class TrainedModel {
  private TrainedModel() {}

  /**
   * The model.
   *
   * @param states the folder of the clients' states
   */
  static ParameterVector of(Experiment experiment, GlobalState state, Path states) {
    ParameterVector base = experiment.initial();
    if (!experiment.local().isEmpty()) {
      base = experiment.local().scatter(mean(experiment, state, states), base);
    }
    return experiment.shared().scatter(state.weights(), base);
  }

  private static ParameterVector mean(Experiment experiment, GlobalState state, Path states) {
    ParameterLayout kept = experiment.kept();
    ParameterSubset ofModel = kept.select(Role.ofModels());
    LocalStates files = new LocalStates(states, kept);
    double[] sums = new double[ofModel.layout().size()];
    int count = 0;
    for (Map.Entry<String, String> client : state.localStates().entrySet()) {
      ParameterVector own = ofModel.gather(load(files, client.getKey(), client.getValue()));
      for (int i = 0; i < sums.length; i++) {
        sums[i] += own.get(i);
      }
      count++;
    }
    if (count == 0) {
      return experiment.local().gather(experiment.initial());
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / count);
    }
    return ParameterVector.of(experiment.local().layout(), mean);
  }

  private static ParameterVector load(LocalStates files, String client, String hash) {
    try {
      return files
          .load(client, hash)
          .orElseThrow(
              () ->
                  new Failure(
                      ExitCode.RUN_UNREADABLE,
                      "test time needs what client %s keeps, which is not in the run's directory; run the scenario in one process, or with an algorithm that shares all tensors"
                          .formatted(client)));
    } catch (IOException e) {
      throw new Failure(
          ExitCode.RUN_UNREADABLE,
          "what client " + client + " keeps cannot be read: " + e.getMessage(),
          e);
    }
  }
}
