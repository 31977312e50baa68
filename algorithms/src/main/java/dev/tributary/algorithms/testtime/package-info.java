/**
 * Adaptation at test time, one file per method: a trained model meets data that look different, and
 * what it does about that without labels.
 *
 * <p>Start with {@link dev.tributary.algorithms.testtime.TestTimeAdapter}, then read {@link
 * dev.tributary.algorithms.testtime.AlphaBn}. Symbols: mu_s, var_s the source model's running
 * statistics, mu_t, var_t those of the test batch, gamma and beta a normalisation's scale and
 * shift, p_i the softmax of sample i's logits z_i, B samples in a batch, K classes.
 */
@NullMarked
package dev.tributary.algorithms.testtime;

import org.jspecify.annotations.NullMarked;
