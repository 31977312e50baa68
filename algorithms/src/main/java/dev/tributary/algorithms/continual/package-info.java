/**
 * Learning from data that change over time: one method a file, over a stream of tasks.
 *
 * <p>Start with {@link dev.tributary.algorithms.continual.ContinualStrategy}, then read {@link
 * dev.tributary.algorithms.continual.Naive} and {@link
 * dev.tributary.algorithms.continual.ExperienceReplay}.
 */
@NullMarked
package dev.tributary.algorithms.continual;

import org.jspecify.annotations.NullMarked;
