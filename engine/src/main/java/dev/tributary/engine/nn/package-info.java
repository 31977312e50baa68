/**
 * Layers with explicit gradients, and networks of them.
 *
 * <p>A {@link dev.tributary.engine.nn.LayerSpec} is an immutable description; {@link
 * dev.tributary.engine.nn.LayerSpec#build} makes a live {@link dev.tributary.engine.nn.Layer} of it
 * that owns its activations.
 */
@NullMarked
package dev.tributary.engine.nn;

import org.jspecify.annotations.NullMarked;
