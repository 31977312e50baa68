package dev.tributary.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tributary.engine.foreign.Functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * CUDA's driver interface: what a process needs to run kernels. Addresses of device memory are
 * longs. All work goes to the default stream, in order.
 */
final class Driver {
  /** {@code CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR} and the minor one after it. */
  private static final int MAJOR = 75;

  private static final int MINOR = 76;
  private static final int NAME = 256;
  private static final int MESSAGE = 4096;

  private final Functions functions;

  /** The interface that these symbols are of; an error if there is no driver to talk to. */
  Driver(SymbolLookup symbols) {
    this.functions = new Functions("CUDA's driver", symbols);
    call("cuInit", 0);
  }

  /** The newest CUDA that the driver knows, such as 12.4. */
  String version() {
    int version = integer("cuDriverGetVersion");
    return version / 1000 + "." + version % 1000 / 10;
  }

  int devices() {
    return integer("cuDeviceGetCount");
  }

  int device(int ordinal) {
    return integer("cuDeviceGet", ordinal);
  }

  String name(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(NAME);
      call("cuDeviceGetName", name, NAME, device);
      return name.getString(0);
    }
  }

  /** Ten times major plus minor, 75 for 7.5. */
  int capability(int device) {
    return 10 * integer("cuDeviceGetAttribute", MAJOR, device)
        + integer("cuDeviceGetAttribute", MINOR, device);
  }

  /** The context that all of a process share, so that ND4J's memory is in the same one. */
  MemorySegment context(int device) {
    return handle("cuDevicePrimaryCtxRetain", device);
  }

  /** Makes the calling thread use this context; before anything below. */
  void enter(MemorySegment context) {
    call("cuCtxSetCurrent", context);
  }

  /** The bytes of device memory that nobody has, of any process. */
  long freeBytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(JAVA_LONG);
      call("cuMemGetInfo_v2", free, arena.allocate(JAVA_LONG));
      return free.get(JAVA_LONG, 0);
    }
  }

  long allocate(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(JAVA_LONG);
      call("cuMemAlloc_v2", address, bytes);
      return address.get(JAVA_LONG, 0);
    }
  }

  void free(long address) {
    call("cuMemFree_v2", address);
  }

  /** Copies all bytes of {@code from}, which may lie on the heap. */
  void copyIn(long to, MemorySegment from) {
    if (from.byteSize() == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment outside =
          from.isNative() ? from : arena.allocate(from.byteSize(), 8).copyFrom(from);
      call("cuMemcpyHtoD_v2", to, outside, from.byteSize());
    }
  }

  /** Fills {@code to}, outside the heap; waits for the kernels before it. */
  void copyOut(MemorySegment to, long from) {
    call("cuMemcpyDtoH_v2", to, from, to.byteSize());
  }

  MemorySegment module(byte[] image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = MemorySegment.ofArray(image);
      return handle("cuModuleLoadData", arena.allocate(image.length, 8).copyFrom(from));
    }
  }

  MemorySegment kernel(MemorySegment module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return handle("cuModuleGetFunction", module, arena.allocateFrom(name));
    }
  }

  /**
   * Starts a kernel.
   *
   * @param arguments the kernel's own: int as Integer; long long and pointers as Long
   */
  void launch(MemorySegment kernel, int blocks, int width, int height, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocate(ADDRESS, arguments.length);
      for (int i = 0; i < arguments.length; i++) {
        all.setAtIndex(ADDRESS, i, boxed(arguments[i], arena));
      }
      MemorySegment none = MemorySegment.NULL;
      call("cuLaunchKernel", kernel, blocks, 1, 1, width, height, 1, 0, none, all, none);
    }
  }

  private static MemorySegment boxed(Object argument, Arena arena) {
    return switch (argument) {
      case Integer i -> arena.allocateFrom(JAVA_INT, i);
      case Long l -> arena.allocateFrom(JAVA_LONG, l);
      default -> throw new IllegalArgumentException("no kernel takes a " + argument.getClass());
    };
  }

  private int integer(String function, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_INT);
      call(function, first(result, arguments));
      return result.get(JAVA_INT, 0);
    }
  }

  private MemorySegment handle(String function, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ADDRESS);
      call(function, first(result, arguments));
      return result.get(ADDRESS, 0);
    }
  }

  private static Object[] first(MemorySegment result, Object[] arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = result;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return all;
  }

  private void call(String function, Object... arguments) {
    int status = (int) functions.call(function, JAVA_INT, arguments);
    if (status != 0) {
      throw new CudaException(function, status, meaning(status));
    }
  }

  @SuppressWarnings("restricted")
  private String meaning(int status) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      int unknown = (int) functions.call("cuGetErrorString", JAVA_INT, status, text);
      return unknown != 0
          ? "unknown to this driver"
          : text.get(ADDRESS, 0).reinterpret(MESSAGE).getString(0);
    }
  }
}
