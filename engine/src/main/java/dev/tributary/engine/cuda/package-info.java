/**
 * NVIDIA GPUs without ND4J: the driver and NVRTC called directly, an exact product of small
 * integers, and how clients share a GPU's memory. Knows nothing of layers.
 */
@NullMarked
package dev.tributary.engine.cuda;

import org.jspecify.annotations.NullMarked;
