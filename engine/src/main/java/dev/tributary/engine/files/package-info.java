/** Files that a kill at any moment leaves whole. */
@NullMarked
package dev.tributary.engine.files;

import org.jspecify.annotations.NullMarked;
