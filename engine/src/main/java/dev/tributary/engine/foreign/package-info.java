/** Calling C libraries by the names of their functions. */
@NullMarked
package dev.tributary.engine.foreign;

import org.jspecify.annotations.NullMarked;
