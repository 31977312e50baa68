/** Federations of known data: the five-domain digits, and sets of a single source. */
@NullMarked
package dev.tributary.datasets.digits;

import org.jspecify.annotations.NullMarked;
