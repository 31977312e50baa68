/** Randomness: one tree of seeds for a whole run, and counter-based streams at its leaves. */
@NullMarked
package dev.tributary.engine.random;

import org.jspecify.annotations.NullMarked;
