package dev.tributary.engine.onednn;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A tensor as primitives take it: a format and an address that can be moved. */
public final class Memory {
  private static final MethodHandle SET_ADDRESS =
      Library.link(
          "dnnl_memory_set_data_handle",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

  private final MemorySegment handle;
  private final Desc desc;
  private long address;

  Memory(MemorySegment handle, Desc desc) {
    this.handle = handle;
    this.desc = desc;
  }

  MemorySegment handle() {
    return handle;
  }

  /** The format. */
  public Desc desc() {
    return desc;
  }

  /** Puts the tensor at the start of this native memory; free where it lies there already. */
  public void at(MemorySegment place) {
    if (place.address() == address) {
      return;
    }
    try {
      int status = (int) SET_ADDRESS.invokeExact(handle, place);
      if (status != 0) {
        throw new OneDnnException("dnnl_memory_set_data_handle", status);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_memory_set_data_handle could not be called", e);
    }
    address = place.address();
  }
}
