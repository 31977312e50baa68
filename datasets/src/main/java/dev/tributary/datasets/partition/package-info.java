/**
 * The division of examples over clients, seeded and exact: every example goes to one client and to
 * no other.
 *
 * <p>{@link dev.tributary.datasets.partition.PartitionOptions} reads the choice from a scenario and
 * makes a {@link dev.tributary.datasets.partition.Partitioner}; {@link
 * dev.tributary.datasets.partition.PartitionTable} counts the result.
 */
@NullMarked
package dev.tributary.datasets.partition;

import org.jspecify.annotations.NullMarked;
