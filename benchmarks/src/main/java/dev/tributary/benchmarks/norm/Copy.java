package dev.tributary.benchmarks.norm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A plain copy of a tensor of codes: how fast bytes can move at all. */
final class Copy implements Contender {
  /** Bytes an element: one read, one written. */
  static final int BYTES = 2;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment from;
  private final MemorySegment to;

  Copy(Images images) {
    this.from = arena.allocate(images.size(), 64);
    this.to = arena.allocate(images.size(), 64);
  }

  @Override
  public void pass() {
    to.copyFrom(from);
  }

  @Override
  public void close() {
    arena.close();
  }
}
