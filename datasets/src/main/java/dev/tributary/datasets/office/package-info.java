/** Photographs of office things from four sources. */
@NullMarked
package dev.tributary.datasets.office;

import org.jspecify.annotations.NullMarked;
