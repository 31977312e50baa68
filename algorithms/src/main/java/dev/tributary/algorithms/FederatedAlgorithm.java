package dev.tributary.algorithms;

import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.training.TrainingResult;
import java.util.Set;

/**
 * A federated method: what is shared, what a client does with it, and what the server makes of the
 * replies. Pure: no actors, no clock, no hidden state; everything random comes from the seeds in
 * the {@link ClientRound}.
 *
 * <p>The division of labour around it: a client merges the shared tensors it was sent with those it
 * keeps, calls {@link #train}, keeps the result's unshared tensors for its next round and sends
 * {@code delta = trained - start} of the shared ones. The server forms the mean of the deltas,
 * weighted by {@link #weight}, exactly and independently of the order of arrival, and calls {@link
 * #aggregate}.
 */
public interface FederatedAlgorithm {

  /** The name in scenario files, for example {@code fedbn}. */
  String id();

  /** The roles whose tensors travel and are averaged; all others stay with each client. */
  Set<Role> sharedRoles();

  /** How the model's slots are filled where the scenario leaves them open. */
  default ModelFilling filling() {
    return ModelFilling.BATCH_NORM;
  }

  /** Client half: trains on the client's own data from {@code round.start()}. */
  TrainingResult train(ClientRound round);

  /** The relative weight of a client's delta in the mean; &gt; 0. */
  double weight(int examples);

  /**
   * Server half: the next shared weights.
   *
   * @param weights the shared weights that the round started from
   * @param meanDelta the weighted mean of the clients' deltas, same layout
   */
  ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta);
}
