/** Integer products against those of float32. */
@NullMarked
package dev.tributary.benchmarks.gemm;

import org.jspecify.annotations.NullMarked;
