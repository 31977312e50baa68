/**
 * How options are read: by key, with a default, a type and a rule, each error naming all of them.
 */
@NullMarked
package dev.tributary.engine.settings;

import org.jspecify.annotations.NullMarked;
