/** Local training and evaluation of one model on one set of examples. */
@NullMarked
package dev.tributary.engine.training;

import org.jspecify.annotations.NullMarked;
