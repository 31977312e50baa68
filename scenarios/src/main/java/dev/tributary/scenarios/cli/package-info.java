/**
 * The command line: verbs, console output, exit codes. Verbs that need data or an engine go through
 * {@link dev.tributary.scenarios.cli.Backend}.
 */
@NullMarked
package dev.tributary.scenarios.cli;

import org.jspecify.annotations.NullMarked;
