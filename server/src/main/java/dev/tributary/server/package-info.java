/**
 * The server: rounds, cohorts, aggregation, checkpoints.
 *
 * <p>Start with {@link dev.tributary.server.Federation}, the actor that runs the rounds; {@link
 * dev.tributary.server.Round} is one of them. Actors move messages; arithmetic and files are the
 * business of {@link dev.tributary.server.ServerWork}'s one thread.
 */
@NullMarked
package dev.tributary.server;

import org.jspecify.annotations.NullMarked;
