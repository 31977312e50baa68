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
 * SiloBN: batch normalisation's statistics stay with the client, its learned scale and shift are
 * averaged with the rest.
 *
 * <p>M. Andreux, J. Ogier du Terrail, C. Beguier, E. W. Tramel: Siloed Federated Learning for
 * Multi-Centric Histopathology Datasets. DCL at MICCAI 2020, arXiv:2008.07424.
 *
 * <pre>
 *   shared:  weights, biases, gamma, beta        w &lt;- w + sum_k p_k (w_k - w)
 *   local:   running mean, running variance      never leave the client
 * </pre>
 *
 * <p><b>Symbols.</b> p_k: {@link #weighting}.
 *
 * <p><b>Differences from other code.</b> Several public re-implementations also keep gamma and beta
 * local (which is FedBN) or copy one client's; this follows the paper's definition.
 *
 * <p><b>Cost.</b> Two numbers per normalised channel stay at the client; evaluation needs them.
 *
 * @param weighting p_k, {@code weighting = examples | uniform}
 */
public record SiloBn(Weighting weighting) implements FederatedAlgorithm {

  @Override
  public String id() {
    return "silobn";
  }

  @Override
  public Set<Role> sharedRoles() {
    EnumSet<Role> shared = EnumSet.copyOf(Role.ofModels());
    shared.removeAll(EnumSet.of(Role.NORM_RUNNING_MEAN, Role.NORM_RUNNING_VAR, Role.NORM_COUNTER));
    return shared;
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
