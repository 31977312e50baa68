package dev.tributary.engine.model;

import dev.tributary.engine.nn.L1BatchNorm;
import dev.tributary.engine.settings.Settings;

/**
 * What the normalisation slots of a model are made with, whichever of the kinds fills them; part of
 * the {@code model} section of a scenario.
 *
 * @param groups the groups of group and continual normalisation, which must divide every layer's
 *     channels; 0 for the largest divisor of the channels up to 32 that leaves a group 8 channels;
 *     key {@code groups}
 * @param affine whether continual normalisation learns a scale and a shift per channel; key {@code
 *     norm-affine}: on (default) or off
 * @param tasks how many tasks AdaB2N weighs, or 0 (default) for as many as the stream has; key
 *     {@code tasks}
 * @param kappa how fast AdaB2N's running statistics forget, in [0, 1]; key {@code kappa}, default
 *     0.4
 * @param renormalise whether AdaB2N leaves a task that a batch lacks out of the weights; key {@code
 *     renormalise}, default false
 * @param l1Constant what L1 normalisations multiply the mean absolute deviation with; key {@code
 *     l1-constant}: 1 (default) or sqrt-half-pi
 */
public record NormalizationOptions(
    int groups, boolean affine, int tasks, double kappa, boolean renormalise, double l1Constant) {

  /** Reads and checks the keys. */
  static NormalizationOptions from(Settings settings) {
    int groups = settings.integer("groups", 0);
    settings.require(
        groups >= 0, "groups", "a divisor of the channels, or 0 to choose one", groups);
    String affine = settings.text("norm-affine", "on");
    settings.require(affine.matches("on|off|true|false"), "norm-affine", "one of on, off", affine);
    int tasks = settings.integer("tasks", 0);
    settings.require(tasks >= 0, "tasks", ">= 1, or 0 for those of the stream", tasks);
    double kappa = settings.number("kappa", 0.4);
    settings.require(kappa >= 0 && kappa <= 1, "kappa", "in [0, 1]", kappa);
    String constant = settings.text("l1-constant", "1");
    settings.require(
        constant.matches("1|sqrt-half-pi"), "l1-constant", "one of 1, sqrt-half-pi", constant);
    return new NormalizationOptions(
        groups,
        affine.equals("on") || affine.equals("true"),
        tasks,
        kappa,
        settings.flag("renormalise", false),
        constant.equals("1") ? 1 : L1BatchNorm.SQRT_HALF_PI);
  }

  /** With this number of tasks where none was set. */
  NormalizationOptions withTasks(int streamTasks) {
    return tasks > 0
        ? this
        : new NormalizationOptions(groups, affine, streamTasks, kappa, renormalise, l1Constant);
  }
}
