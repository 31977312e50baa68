/** Reports drawn from the files of run directories alone: one page per run, one per comparison. */
@NullMarked
package dev.tributary.scenarios.report;

import org.jspecify.annotations.NullMarked;
