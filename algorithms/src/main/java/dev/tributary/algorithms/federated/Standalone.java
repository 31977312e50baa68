package dev.tributary.algorithms.federated;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.EnumSet;
import java.util.Set;

/**
 * No federation: every client trains its own model on its own data (papers call it SingleSet or
 * Standalone). The floor that a federated method has to beat.
 *
 * <pre>
 *   client k:  w_k = SGD(w_k; E epochs, batch B)      each round, from its own weights
 *   server:    nothing
 * </pre>
 *
 * <p><b>Choices.</b> Rounds remain, so that curves and costs can be laid beside a federated run's;
 * as there, the optimiser's state starts afresh each round. All clients start from the same
 * weights.
 *
 * <p><b>Cost.</b> No tensor travels; each client keeps a whole model.
 */
public record Standalone() implements FederatedAlgorithm {

  @Override
  public String id() {
    return "standalone";
  }

  @Override
  public Set<Role> sharedRoles() {
    return EnumSet.noneOf(Role.class);
  }

  @Override
  public TrainingResult train(ClientRound round) {
    return round.training().run(round.start(), StepHook.NONE);
  }

  @Override
  public double weight(int examples) {
    return 1;
  }

  /** Returns {@code weights}: nothing was shared, both vectors are empty. */
  @Override
  public ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta) {
    return weights;
  }
}
