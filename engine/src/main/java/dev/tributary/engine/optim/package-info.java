/** Optimisers, learning-rate schedules, and changes of the gradient between backward and update. */
@NullMarked
package dev.tributary.engine.optim;

import org.jspecify.annotations.NullMarked;
