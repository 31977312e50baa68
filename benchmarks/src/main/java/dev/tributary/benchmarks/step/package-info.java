/** A step of training, against plain PyTorch. */
@NullMarked
package dev.tributary.benchmarks.step;

import org.jspecify.annotations.NullMarked;
