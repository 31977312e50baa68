/** Normalisation from codes to codes against normalisation of float32. */
@NullMarked
package dev.tributary.benchmarks.norm;

import org.jspecify.annotations.NullMarked;
