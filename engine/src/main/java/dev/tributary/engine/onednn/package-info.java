/** The oneDNN library, called directly: formats, memory and primitives. Knows nothing of layers. */
@NullMarked
package dev.tributary.engine.onednn;

import org.jspecify.annotations.NullMarked;
