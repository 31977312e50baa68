/**
 * Federated methods, one readable file each in {@link dev.tributary.algorithms.federated}.
 *
 * <p>Start with {@link dev.tributary.algorithms.FederatedAlgorithm}, then read FedAvg. Everywhere,
 * a delta is {@code trained - start}, and the server adds it.
 */
@NullMarked
package dev.tributary.algorithms;

import org.jspecify.annotations.NullMarked;
