/** What all benchmarks share: rows, pairs of measurements, opponents, the report. */
@NullMarked
package dev.tributary.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
