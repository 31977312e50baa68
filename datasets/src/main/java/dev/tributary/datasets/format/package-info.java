/**
 * Readers of the official file formats. They stream, believe no header that the file's real length
 * does not bear out, and report what is wrong as a {@link
 * dev.tributary.datasets.format.DataFormatException}.
 */
@NullMarked
package dev.tributary.datasets.format;

import org.jspecify.annotations.NullMarked;
