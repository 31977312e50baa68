package dev.tributary.engine.integer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory that grows when it must, and is freed when nobody refers to it. */
final class Buffer {
  private MemorySegment segment = MemorySegment.NULL;

  /** At least so many bytes on a cache line's boundary; what was in it is gone when it grows. */
  MemorySegment atLeast(long bytes) {
    if (segment.byteSize() < bytes) {
      segment = Arena.ofAuto().allocate(bytes, 64);
    }
    return segment;
  }

  /** Its size. */
  long bytes() {
    return segment.byteSize();
  }

  /** The memory as it is. */
  MemorySegment segment() {
    return segment;
  }
}
