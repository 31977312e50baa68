package dev.tributary.algorithms.federated;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.Set;

/**
 * Federated averaging: clients train locally, the server averages everything.
 *
 * <p>H. B. McMahan, E. Moore, D. Ramage, S. Hampson, B. Agüera y Arcas: Communication-Efficient
 * Learning of Deep Networks from Decentralized Data. AISTATS 2017, arXiv:1602.05629.
 *
 * <pre>
 *   client k:  w_k = SGD(w; E epochs, batch B)
 *   server:    w  &lt;- sum_k p_k w_k  =  w + sum_k p_k (w_k - w)
 * </pre>
 *
 * <p><b>Symbols.</b> E, B, eta: the scenario's local epochs, batch size and learning rate; p_k:
 * {@link #weighting}.
 *
 * <p><b>Choices.</b> The paper's models have no batch normalisation. Here its scale, shift, running
 * mean and running variance are all averaged like any other tensor: the arithmetic mean of the
 * variances, as common code does, which leaves out the spread between the clients' means.
 *
 * <p><b>Arms.</b> {@code fedavg-gn} and {@code fedavg-ln} are this algorithm with group or layer
 * normalisation in the model's slots; nothing else differs.
 *
 * <p><b>Cost.</b> All parameters both ways; nothing kept at the client. Good where clients' data
 * look alike; where their feature distributions differ, averaged statistics fit no client.
 *
 * @param id the arm's name
 * @param filling what the model's slots get
 * @param weighting p_k, {@code weighting = examples | uniform}
 */
public record FedAvg(String id, ModelFilling filling, Weighting weighting)
    implements FederatedAlgorithm {

  @Override
  public Set<Role> sharedRoles() {
    return Role.ofModels();
  }

  @Override
  public TrainingResult train(ClientRound round) {
    return round.training().run(round.start(), StepHook.NONE);
  }

  @Override
  public double weight(int examples) {
    return weighting.of(examples);
  }

  @Override
  public ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta) {
    return weights.plus(meanDelta);
  }
}
