/**
 * Run directories and the files in them: metrics, summary, environment, weights, TensorBoard
 * events.
 */
@NullMarked
package dev.tributary.scenarios.output;

import org.jspecify.annotations.NullMarked;
