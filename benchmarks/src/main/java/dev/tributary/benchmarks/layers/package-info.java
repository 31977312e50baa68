/** Single layers, forward and backward, measured by JMH. */
@NullMarked
package dev.tributary.benchmarks.layers;

import org.jspecify.annotations.NullMarked;
