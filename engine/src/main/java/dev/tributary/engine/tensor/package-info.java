/** Shapes, and tensors in memory that ND4J and our own loops share. */
@NullMarked
package dev.tributary.engine.tensor;

import org.jspecify.annotations.NullMarked;
