/**
 * What keeps a learner able to learn: one file per method against the loss of plasticity, behind
 * {@link dev.tributary.algorithms.plasticity.PlasticityMethod}. They act within local training and
 * go with any federated method.
 */
@NullMarked
package dev.tributary.algorithms.plasticity;

import org.jspecify.annotations.NullMarked;
