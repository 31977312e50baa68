/**
 * Data for training: sets of images, the catalogue of known data sets and where their files lie.
 *
 * <p>File formats are in {@code format}, downloads in {@code fetch}, the five-domain digits in
 * {@code digits}, drawn digits in {@code glyph}, the division over clients in {@code partition},
 * over time in {@code stream}.
 */
@NullMarked
package dev.tributary.datasets;

import org.jspecify.annotations.NullMarked;
