/**
 * The composition root: scenario files become runs, runs become directories and reports. What can
 * fail for a user's reasons throws {@link dev.tributary.scenarios.Failure}.
 */
@NullMarked
package dev.tributary.scenarios;

import org.jspecify.annotations.NullMarked;
