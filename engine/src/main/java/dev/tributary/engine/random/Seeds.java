package dev.tributary.engine.random;

import dev.tributary.engine.hash.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
    return new Seeds(Hashing.OWN.get().key(key, name, index));
  }

  /** Hashes without allocating, since layers ask for children in every step. */
  private static final class Hashing {
    static final ThreadLocal<Hashing> OWN = ThreadLocal.withInitial(Hashing::new);
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int NAME = 2 * Long.BYTES;

    private final Sha256 sha = new Sha256();
    private final byte[] hash = new byte[Sha256.BYTES];
    private byte[] message = new byte[64];

    long key(long parent, String name, long index) {
      // First the name, for which the message may have to grow.
      int length = NAME + encode(name);
      LONG.set(message, 0, parent);
      LONG.set(message, Long.BYTES, index);
      sha.add(message, length);
      sha.write(hash);
      return (long) LONG.get(hash, 0);
    }

    /** Puts the name's UTF-8 behind the numbers and returns its length. */
    private int encode(String name) {
      if (NAME + name.length() > message.length) {
        message = Arrays.copyOf(message, NAME + name.length());
      }
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        if (c >= 0x80) {
          byte[] text = name.getBytes(StandardCharsets.UTF_8);
          message = Arrays.copyOf(message, Math.max(message.length, NAME + text.length));
          System.arraycopy(text, 0, message, NAME, text.length);
          return text.length;
        }
        message[NAME + i] = (byte) c;
      }
      return name.length();
    }
  }

  /** A fresh generator at the start of this node's stream. */
  public RandomStream stream() {
    return new RandomStream(key);
  }
}
