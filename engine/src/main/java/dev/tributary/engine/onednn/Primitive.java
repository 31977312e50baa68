package dev.tributary.engine.onednn;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A compiled operation on tensors that were bound when it was made; running it allocates nothing.
 */
public final class Primitive {
  private static final MethodHandle EXECUTE =
      Library.link(
          "dnnl_primitive_execute",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS));

  private final MemorySegment handle;
  private final MemorySegment stream;
  private final int count;
  private final MemorySegment arguments;

  Primitive(MemorySegment handle, MemorySegment stream, int count, MemorySegment arguments) {
    this.handle = handle;
    this.stream = stream;
    this.count = count;
    this.arguments = arguments;
  }

  /** Runs the operation. */
  public void run() {
    try {
      int status = (int) EXECUTE.invokeExact(handle, stream, count, arguments);
      if (status != 0) {
        throw new OneDnnException("dnnl_primitive_execute", status);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_primitive_execute could not be called", e);
    }
  }
}
