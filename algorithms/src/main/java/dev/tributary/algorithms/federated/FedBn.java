package dev.tributary.algorithms.federated;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * FedBN: everything a normalisation layer owns stays with the client, the rest is averaged.
 *
 * <p>X. Li, M. Jiang, X. Zhang, M. Kamp, Q. Dou: FedBN: Federated Learning on Non-IID Features via
 * Local Batch Normalization. ICLR 2021, arXiv:2102.07623; code: med-air/FedBN.
 *
 * <pre>
 *   shared:  every tensor not owned by a normalisation layer    w &lt;- w + sum_k p_k (w_k - w)
 *   local:   gamma, beta, running mean, running variance        never leave the client
 * </pre>
 *
 * <p><b>Symbols.</b> p_k: {@link #weighting}.
 *
 * <p><b>Choices.</b> The layers after dense layers count too, as in the released code. Which
 * tensors are a normalisation layer's is known by {@linkplain Role role}, not by a name containing
 * "bn".
 *
 * <p><b>Differences from the source.</b> The released code weighs all clients the same ({@code
 * weighting = uniform} here); its clients have equally much data, so the default by examples agrees
 * with it there.
 *
 * <p><b>Cost.</b> Four numbers per normalised channel stay at the client, so clients have state and
 * the server's model alone cannot be evaluated. Good where feature distributions differ between
 * clients that take part again and again; a new client has no statistics.
 *
 * @param weighting p_k, {@code weighting = examples | uniform}
 */
public record FedBn(Weighting weighting) implements FederatedAlgorithm {

  @Override
  public String id() {
    return "fedbn";
  }

  @Override
  public Set<Role> sharedRoles() {
    return Role.ofModels().stream()
        .filter(role -> !role.normalization())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
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
