package dev.tributary.algorithms.plasticity;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.training.TrainingResult;
import java.util.Set;

/**
 * A federated algorithm after whose server half a plasticity method looks at the new average: the
 * mean of projected weights is not itself projected.
 *
 * @param algorithm the algorithm; everything else is its own
 * @param method whose {@link PlasticityMethod#afterAggregate} is applied
 * @param initial the shared tensors at initialisation
 */
public record AfterAggregate(
    FederatedAlgorithm algorithm, PlasticityMethod method, ParameterVector initial)
    implements FederatedAlgorithm {

  @Override
  public String id() {
    return algorithm.id();
  }

  @Override
  public Set<Role> sharedRoles() {
    return algorithm.sharedRoles();
  }

  @Override
  public ModelFilling filling() {
    return algorithm.filling();
  }

  @Override
  public TrainingResult train(ClientRound round) {
    return algorithm.train(round);
  }

  @Override
  public double weight(int examples) {
    return algorithm.weight(examples);
  }

  @Override
  public ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta) {
    return method.afterAggregate(algorithm.aggregate(weights, meanDelta), initial);
  }
}
