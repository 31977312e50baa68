/**
 * Glyph digits: a built-in set of drawn digits in five domains.
 *
 * <p>Every digit is a {@link dev.tributary.datasets.glyph.Skeleton} of a few strokes, moved by
 * chance, drawn by {@link dev.tributary.datasets.glyph.Coverage} and finished in the manner of its
 * domain. No font, no file and no platform drawing code is involved: the same seed gives the same
 * bytes on every machine. The pictures are synthetic and every report of them must say so.
 */
@NullMarked
package dev.tributary.datasets.glyph;

import org.jspecify.annotations.NullMarked;
