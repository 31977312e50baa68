/** Models by name: blocks with slots for normalisation and convolution. */
@NullMarked
package dev.tributary.engine.model;

import org.jspecify.annotations.NullMarked;
