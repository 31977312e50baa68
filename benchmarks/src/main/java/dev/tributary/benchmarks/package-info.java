/** {@code tributary bench}: the command and the list of what it can measure. */
@NullMarked
package dev.tributary.benchmarks;

import org.jspecify.annotations.NullMarked;
