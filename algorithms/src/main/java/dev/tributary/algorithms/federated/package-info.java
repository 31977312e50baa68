/**
 * Federated methods, one file each: what is shared, the client half, the server half.
 *
 * <p>Symbols: {@code w} the shared weights of a round's start, {@code w_k} client k's weights after
 * local training, {@code n_k} the size of its training set, {@code p_k} its share in the mean.
 */
@NullMarked
package dev.tributary.algorithms.federated;

import org.jspecify.annotations.NullMarked;
