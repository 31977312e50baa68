/** Random numbers in the shape of data: for measuring speed, not for learning. */
@NullMarked
package dev.tributary.datasets.noise;

import org.jspecify.annotations.NullMarked;
