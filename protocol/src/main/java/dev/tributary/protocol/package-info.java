/**
 * The wire: what server and clients say to each other, and how it is encoded.
 *
 * <p>Small messages are records here and protobuf on the wire; bulk bytes (weights, deltas) are
 * pulled in chunks by reference. Everywhere, a delta is {@code trained - start}.
 */
@NullMarked
package dev.tributary.protocol;

import org.jspecify.annotations.NullMarked;
