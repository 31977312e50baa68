/**
 * What a model's numbers are called and where they lie: roles, layouts and flat vectors.
 *
 * <p>Everywhere in the project a delta is {@code trained - start}, and the server adds it.
 */
@NullMarked
package dev.tributary.engine.parameters;

import org.jspecify.annotations.NullMarked;
