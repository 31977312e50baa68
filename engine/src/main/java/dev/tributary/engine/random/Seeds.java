package dev.tributary.engine.random;

import dev.tributary.engine.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A node in the tree of seeds: {@code root(1).child("round", 3).child("client",
 * 17).child("shuffle")}.
 *
 * <p>Every random number of a run is drawn from a leaf of this tree, never from a shared generator.
 * So a draw depends on its place in the run and not on scheduling: the same seed gives the same
 * bits with one worker or with many, in one process or in ten, before and after a restart.
 *
 * <p>A child's key is the first 64 bits of SHA-256 over the parent's key, the name and the index.
 * Keys are part of the project's promise of repeatability: changing this file changes every result.
 *
 * @param key the 64-bit key of this node
 */
public record Seeds(long key) {

  /** The root of the tree of a run whose scenario says {@code seed = seed}. */
  public static Seeds root(long seed) {
    return new Seeds(0x7472696275746172L).child("seed", seed);
  }

  /** The child with this name and index 0. */
  public Seeds child(String name) {
    return child(name, 0);
  }

  /** The child with this name and index; different names or indices give independent streams. */
  public Seeds child(String name, long index) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(Long.BYTES * 2 + text.length);
    message.putLong(key).putLong(index).put(text).flip();
    return new Seeds(ByteBuffer.wrap(new Sha256().add(message).bytes()).getLong());
  }

  /** A fresh generator at the start of this node's stream. */
  public RandomStream stream() {
    return new RandomStream(key);
  }
}
