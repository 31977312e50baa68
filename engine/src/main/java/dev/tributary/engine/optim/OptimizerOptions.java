package dev.tributary.engine.optim;

import dev.tributary.engine.kernels.AdamRule;
import dev.tributary.engine.settings.Settings;

/**
 * The {@code optimizer} section of a scenario.
 *
 * @param kind key {@code name}: sgd (default), adam or adamw
 * @param lr the learning rate, &gt; 0; key {@code lr}, default 0.01 (adam, adamw: 0.001)
 * @param momentum sgd's momentum, in [0, 1); key {@code momentum}, default 0
 * @param nesterov whether sgd's momentum is Nesterov's; key {@code nesterov}, default false
 * @param weightDecay &ge; 0; added to the gradient (sgd, adam) or taken off the weights (adamw);
 *     key {@code weight-decay}, default 0 (adamw: 0.01)
 * @param beta1 Adam's decay of the first moment, in [0, 1); key {@code beta1}, default 0.9
 * @param beta2 Adam's decay of the second moment, in [0, 1); key {@code beta2}, default 0.999
 * @param eps Adam's guard against division by zero, &gt; 0; key {@code eps}, default 1e-8
 * @param schedule the learning rate's course within one local training; section {@code schedule}
 */
public record OptimizerOptions(
    Kind kind,
    double lr,
    double momentum,
    boolean nesterov,
    double weightDecay,
    double beta1,
    double beta2,
    double eps,
    LearningRateSchedule schedule) {

  /** The optimisers. */
  public enum Kind {
    /** Stochastic gradient descent. */
    SGD,
    /** Adam (Kingma and Ba, 2015). */
    ADAM,
    /** Adam with decoupled weight decay (Loshchilov and Hutter, 2019). */
    ADAMW
  }

  /** Plain gradient descent. */
  public static OptimizerOptions sgd(double lr) {
    return new OptimizerOptions(
        Kind.SGD, lr, 0, false, 0, 0.9, 0.999, 1e-8, LearningRateSchedule.CONSTANT);
  }

  /** Adam with its usual constants and without weight decay. */
  public static OptimizerOptions adam(double lr) {
    return new OptimizerOptions(
        Kind.ADAM, lr, 0, false, 0, 0.9, 0.999, 1e-8, LearningRateSchedule.CONSTANT);
  }

  /** Reads and checks a section. */
  public static OptimizerOptions from(Settings settings) {
    Kind kind = settings.choice("name", Kind.SGD);
    double lr = settings.number("lr", kind == Kind.SGD ? 0.01 : 0.001);
    settings.require(lr > 0 && Double.isFinite(lr), "lr", "> 0 and finite", lr);
    double momentum = settings.number("momentum", 0);
    settings.require(momentum >= 0 && momentum < 1, "momentum", "in [0, 1)", momentum);
    boolean nesterov = settings.flag("nesterov", false);
    settings.require(
        !nesterov || momentum > 0, "nesterov", "false without a momentum > 0", nesterov);
    settings.require(
        kind == Kind.SGD || momentum == 0, "momentum", "0 or absent unless name = sgd", momentum);
    double decay = settings.number("weight-decay", kind == Kind.ADAMW ? 0.01 : 0);
    settings.require(
        decay >= 0 && Double.isFinite(decay), "weight-decay", ">= 0 and finite", decay);
    double beta1 = settings.number("beta1", 0.9);
    settings.require(beta1 >= 0 && beta1 < 1, "beta1", "in [0, 1)", beta1);
    double beta2 = settings.number("beta2", 0.999);
    settings.require(beta2 >= 0 && beta2 < 1, "beta2", "in [0, 1)", beta2);
    double eps = settings.number("eps", 1e-8);
    settings.require(
        (float) eps > 0 && Double.isFinite(eps), "eps", "> 0 and finite as float32", eps);
    return new OptimizerOptions(
        kind,
        lr,
        momentum,
        nesterov,
        decay,
        beta1,
        beta2,
        eps,
        LearningRateSchedule.from(settings.section("schedule")));
  }

  /** Whether a step is {@code w -= lr * gradient} and nothing else. */
  public boolean plainDescent() {
    return kind == Kind.SGD && momentum == 0 && weightDecay == 0;
  }

  AdamRule adamRule() {
    return new AdamRule(beta1, beta2, eps, weightDecay, kind == Kind.ADAMW);
  }
}
