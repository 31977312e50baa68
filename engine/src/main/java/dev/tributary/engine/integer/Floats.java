package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.tributary.engine.tensor.HostMemory;
import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A float32 tensor's elements where Java and C can reach them: where they lie, or, of a tensor in a
 * device's memory, in a copy. For one thread and one tensor at a time.
 */
final class Floats {
  private final Buffer copy = new Buffer();

  /** The elements, to be read. */
  MemorySegment values(Tensor tensor) {
    MemorySegment room = room(tensor);
    if (!HostMemory.reachable()) {
      MemorySegment.copy(tensor.toFloats(), 0, room, JAVA_FLOAT, 0, tensor.size());
    }
    return room;
  }

  /** As many elements, to be written; {@link #give} hands them over. */
  MemorySegment room(Tensor tensor) {
    if (HostMemory.reachable()) {
      return tensor.memory();
    }
    long bytes = (long) Float.BYTES * tensor.size();
    return copy.atLeast(bytes).asSlice(0, bytes);
  }

  /** The bytes of the copy. */
  long bytes() {
    return copy.bytes();
  }

  /** Makes what was written the tensor's own. */
  void give(Tensor tensor) {
    if (!HostMemory.reachable()) {
      tensor.copyIn(room(tensor).toArray(JAVA_FLOAT), tensor.size());
    }
  }
}
