/**
 * The common corruptions of Hendrycks and Dietterich (ICLR 2019) with the constants of CIFAR-10-C,
 * for images of any size with one or three channels.
 *
 * <p>{@link dev.tributary.datasets.corruption.Corruption} names them, {@link
 * dev.tributary.datasets.corruption.Corruptions} applies them. A file a family: {@code Noise},
 * {@code Blur}, {@code Weather}, {@code Digital}; the rest is what these share. What is done and
 * where it differs from the source stands in {@code docs/corruptions.md}.
 */
@NullMarked
package dev.tributary.datasets.corruption;

import org.jspecify.annotations.NullMarked;
