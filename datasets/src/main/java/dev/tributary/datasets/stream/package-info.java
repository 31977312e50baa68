/**
 * Data over time: what one learner sees in which order, as a list of tasks.
 *
 * <p>{@link dev.tributary.datasets.stream.StreamOptions} is what a scenario says, {@link
 * dev.tributary.datasets.stream.Streams} makes a {@link dev.tributary.datasets.stream.TaskStream}
 * of it, one file per family of kinds.
 */
@NullMarked
package dev.tributary.datasets.stream;

import org.jspecify.annotations.NullMarked;
