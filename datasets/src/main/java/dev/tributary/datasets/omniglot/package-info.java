/** Omniglot: characters of several alphabets, each drawn by twenty people. */
@NullMarked
package dev.tributary.datasets.omniglot;

import org.jspecify.annotations.NullMarked;
