/** Hashes that name things and prove that bits are equal. */
@NullMarked
package dev.tributary.engine.hash;

import org.jspecify.annotations.NullMarked;
