/**
 * Pictures of data as PNG files: samples by domain and class, and who has how much of which class.
 *
 * <p>All drawing, letters included, is done by this project's own strokes: no fonts, no display.
 */
@NullMarked
package dev.tributary.datasets.preview;

import org.jspecify.annotations.NullMarked;
