package dev.tributary.engine.onednn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The shape and format of a float32 tensor. A plain format is row-major; others are oneDNN's own,
 * and may need more room than the elements take.
 */
public final class Desc {
  private final MemorySegment handle;

  Desc(MemorySegment handle) {
    this.handle = handle;
  }

  MemorySegment handle() {
    return handle;
  }

  /** The bytes that a tensor of this format takes, with padding. */
  public long bytes() {
    return (long) Library.get("dnnl_memory_desc_get_size", ValueLayout.JAVA_LONG, handle);
  }

  /** Whether the other means the same by every byte. */
  public boolean sameAs(Desc other) {
    return (int) Library.get("dnnl_memory_desc_equal", ValueLayout.JAVA_INT, handle, other.handle)
        == 1;
  }
}
