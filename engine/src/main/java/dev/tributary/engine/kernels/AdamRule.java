package dev.tributary.engine.kernels;

/**
 * The constants of Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019).
 *
 * @param beta1 the decay of the first moment, in [0, 1)
 * @param beta2 the decay of the second moment, in [0, 1)
 * @param eps added to the root of the corrected second moment, &gt; 0
 * @param decay the weight decay, &ge; 0
 * @param decoupled whether the decay shrinks the weights by {@code lr * decay} (AdamW) or is added
 *     to the gradient (Adam)
 */
public record AdamRule(double beta1, double beta2, double eps, double decay, boolean decoupled) {}
