package dev.tributary.algorithms.federated;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.optim.Proximal;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Step;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.Set;

/**
 * FedProx: FedAvg whose local objective is pulled towards the weights the server sent.
 *
 * <p>T. Li, A. K. Sahu, M. Zaheer, M. Sanjabi, A. Talwalkar, V. Smith: Federated Optimization in
 * Heterogeneous Networks. MLSys 2020, arXiv:1812.06127.
 *
 * <pre>
 *   client k:  min  F_k(w_k) + mu/2 ||w_k - w||^2,   so  g &lt;- g + mu (w_k - w)
 *   server:    w &lt;- w + sum_k p_k (w_k - w)
 * </pre>
 *
 * <p><b>Symbols.</b> mu: {@link Options#mu}; w: the start of the local training; p_k: {@link
 * Options#weighting}.
 *
 * <p><b>Choices.</b> The term acts on everything that gradients move, a normalisation layer's scale
 * and shift included, and not on running statistics; those are averaged as in FedAvg. It is added
 * before weight decay and momentum.
 *
 * <p><b>Differences from the source.</b> The paper lets slow clients do less work; here all do the
 * same. FedBN's released baseline differs from the paper in three ways that can be had: {@code norm
 * = plain} is mu/2 ||w_k - w||, not squared (its Office and DomainNet code), {@code
 * skip-first-round} and {@code skip-first-batch} leave the term out of round 1 and of the first
 * batch of each epoch.
 *
 * <p><b>Cost.</b> One more pass over the weights per step; nothing on the wire. mu = 0 is FedAvg to
 * the bit.
 */
public record FedProx(Options options) implements FederatedAlgorithm {

  /** Which distance the proximal term takes. */
  public enum Norm {
    /** mu/2 ||w_k - w||^2, the paper's. */
    SQUARED,
    /** mu/2 ||w_k - w||. */
    PLAIN
  }

  /** Settings below {@code algorithm}. */
  public record Options(
      double mu, Norm norm, boolean skipFirstRound, boolean skipFirstBatch, Weighting weighting) {
    /**
     * Reads {@code mu} (&ge; 0, default 0.01), {@code norm = squared | plain}, {@code
     * skip-first-round}, {@code skip-first-batch} and {@code weighting}.
     */
    public static Options from(Settings settings) {
      double mu = settings.number("mu", 0.01);
      settings.require(mu >= 0 && Double.isFinite(mu), "mu", "a finite number >= 0", mu);
      return new Options(
          mu,
          settings.choice("norm", Norm.SQUARED),
          settings.flag("skip-first-round", false),
          settings.flag("skip-first-batch", false),
          Weighting.from(settings));
    }
  }

  @Override
  public String id() {
    return "fedprox";
  }

  @Override
  public Set<Role> sharedRoles() {
    return Role.ofModels();
  }

  @Override
  public TrainingResult train(ClientRound round) {
    boolean off = options.skipFirstRound() && round.round() == 1;
    return round.training().run(round.start(), off ? StepHook.NONE : new ProximalTerm(options));
  }

  private record ProximalTerm(Options options) implements StepHook {
    @Override
    public boolean needsGradient(int epoch, int batch) {
      return options.mu() != 0 && !(options.skipFirstBatch() && batch == 0);
    }

    @Override
    public void afterBackward(Step step) {
      switch (options.norm()) {
        case SQUARED ->
            Proximal.addGradient(options.mu(), step.weights(), step.start(), step.gradient());
        case PLAIN ->
            Proximal.addUnsquaredGradient(
                options.mu(), step.weights(), step.start(), step.gradient());
      }
    }
  }

  @Override
  public double weight(int examples) {
    return options.weighting().of(examples);
  }

  @Override
  public ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta) {
    return weights.plus(meanDelta);
  }
}
