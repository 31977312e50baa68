package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.TensorElements;
import dev.tributary.protocol.TensorElements.Block;

/** The elements of a client's vector, block by block, in memory or as they came. */
sealed interface UpdateElements {
  /** Reads the next block; 0 after the last. */
  int read(Block block);

  /** Whether what was read is what was sent; to be asked at the end. */
  boolean isSound();

  /** Starts again at the first block. */
  void rewind();

  /** Those of a blob, decoded while they are read. */
  static UpdateElements of(TensorElements elements) {
    return new Encoded(elements);
  }

  /** Those of a vector. */
  static UpdateElements of(ParameterVector vector) {
    return new InMemory(vector);
  }

  /**
   * Elements of a blob.
   *
   * @param elements the blob's
   */
  record Encoded(TensorElements elements) implements UpdateElements {
    @Override
    public int read(Block block) {
      return elements.read(block);
    }

    @Override
    public boolean isSound() {
      return elements.isSound();
    }

    @Override
    public void rewind() {
      elements.rewind();
    }
  }

  /** Elements of a vector. */
  final class InMemory implements UpdateElements {
    private final ParameterVector vector;
    private int read;

    InMemory(ParameterVector vector) {
      this.vector = vector;
    }

    @Override
    public int read(Block block) {
      int count = Math.min(Block.SIZE, vector.size() - read);
      vector.copyTo(read, block.values(), count);
      read += count;
      return count;
    }

    @Override
    public boolean isSound() {
      return true;
    }

    @Override
    public void rewind() {
      read = 0;
    }
  }
}
