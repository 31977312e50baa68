package dev.tributary.engine.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** Whether ND4J's arrays lie where Java can read them. */
public final class HostMemory {
  /**
   * A system property: {@code false} makes every tensor behave as on a GPU, so that what needs a
   * processor's memory is found without one.
   */
  public static final String PROPERTY = "tributary.host-memory";

  private HostMemory() {}

  /** Whether tensors can be read and written as bytes: with ND4J's backend for processors. */
  public static boolean reachable() {
    return Found.REACHABLE;
  }

  /** The bytes of so many elements, or null where they are out of reach. */
  @SuppressWarnings("restricted")
  static @Nullable MemorySegment segment(INDArray root, int offset, int size) {
    if (!reachable()) {
      return null;
    }
    long width = root.dataType() == DataType.DOUBLE ? Double.BYTES : Float.BYTES;
    long address = root.data().pointer().address() + offset * width;
    return MemorySegment.ofAddress(address).reinterpret(size * width);
  }

  /** Found out once, when first asked. */
  private static final class Found {
    static final boolean REACHABLE =
        !System.getProperty(PROPERTY, "true").equals("false")
            && Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
  }
}
