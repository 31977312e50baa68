/**
 * The arithmetic under the layers: one interface, {@link dev.tributary.engine.kernels.Kernels}, and
 * its implementations; {@link dev.tributary.engine.kernels.Engine} chooses.
 */
@NullMarked
package dev.tributary.engine.kernels;

import org.jspecify.annotations.NullMarked;
