/**
 * Integer arithmetic for training: quantisers to codes of 2 to 8 bits, and exact products of
 * matrices of codes by several tiers that agree to the bit. Knows nothing of layers.
 */
@NullMarked
package dev.tributary.engine.integer;

import org.jspecify.annotations.NullMarked;
