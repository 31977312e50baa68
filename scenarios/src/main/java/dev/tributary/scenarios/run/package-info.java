/**
 * From a scenario to a run: {@link dev.tributary.scenarios.run.Scenario} says what, {@link
 * dev.tributary.scenarios.run.Experiment} builds it, and it runs in one process ({@link
 * dev.tributary.scenarios.run.InProcessRun}) or in several ({@link
 * dev.tributary.scenarios.run.ServerProcess}, {@link dev.tributary.scenarios.run.ClientProcess})
 * with the same actors and the same bits.
 */
@NullMarked
package dev.tributary.scenarios.run;

import org.jspecify.annotations.NullMarked;
