/** How able to learn a network is: what its units do, how large its weights are. */
@NullMarked
package dev.tributary.engine.diagnostics;

import org.jspecify.annotations.NullMarked;
