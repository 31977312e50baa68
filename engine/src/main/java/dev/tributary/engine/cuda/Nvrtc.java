package dev.tributary.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tributary.engine.foreign.Functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/** NVRTC, the compiler of CUDA C that is a library; it needs no GPU. CUDA 11.2 or newer. */
final class Nvrtc {
  private static final int MESSAGE = 4096;

  private final Functions functions;

  Nvrtc(SymbolLookup symbols) {
    this.functions = new Functions("NVRTC", symbols);
  }

  /** Such as 13.0. */
  String version() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(JAVA_INT);
      MemorySegment minor = arena.allocate(JAVA_INT);
      call("nvrtcVersion", major, minor);
      return major.get(JAVA_INT, 0) + "." + minor.get(JAVA_INT, 0);
    }
  }

  /** The compute capabilities that it compiles for, 75 for 7.5. */
  int[] capabilities() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      call("nvrtcGetNumSupportedArchs", count);
      MemorySegment all = arena.allocate(JAVA_INT, count.get(JAVA_INT, 0));
      call("nvrtcGetSupportedArchs", all);
      return all.toArray(JAVA_INT);
    }
  }

  /**
   * Compiles.
   *
   * @return machine code or PTX, as the target says, in the form that the driver loads
   */
  byte[] compile(String name, String source, Target target) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      MemorySegment none = MemorySegment.NULL;
      call(
          "nvrtcCreateProgram",
          handle,
          arena.allocateFrom(source),
          arena.allocateFrom(name),
          0,
          none,
          none);
      MemorySegment program = handle.get(ADDRESS, 0);
      try {
        MemorySegment options = arena.allocate(ADDRESS);
        options.set(ADDRESS, 0, arena.allocateFrom(target.option()));
        int status = status("nvrtcCompileProgram", program, 1, options);
        if (status != 0) {
          throw new CudaException(
              "NVRTC " + version() + " cannot compile " + name + ": " + log(program, arena));
        }
        return image(program, target.machineCode() ? "CUBIN" : "PTX", arena);
      } finally {
        call("nvrtcDestroyProgram", handle);
      }
    }
  }

  private byte[] image(MemorySegment program, String kind, Arena arena) {
    MemorySegment size = arena.allocate(JAVA_LONG);
    call("nvrtcGet" + kind + "Size", program, size);
    MemorySegment image = arena.allocate(size.get(JAVA_LONG, 0));
    call("nvrtcGet" + kind, program, image);
    return image.toArray(JAVA_BYTE);
  }

  private String log(MemorySegment program, Arena arena) {
    MemorySegment size = arena.allocate(JAVA_LONG);
    call("nvrtcGetProgramLogSize", program, size);
    MemorySegment log = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
    call("nvrtcGetProgramLog", program, log);
    return log.getString(0).strip();
  }

  private int status(String function, Object... arguments) {
    return (int) functions.call(function, JAVA_INT, arguments);
  }

  @SuppressWarnings("restricted")
  private void call(String function, Object... arguments) {
    int status = status(function, arguments);
    if (status != 0) {
      MemorySegment text = (MemorySegment) functions.call("nvrtcGetErrorString", ADDRESS, status);
      throw new CudaException(function, status, text.reinterpret(MESSAGE).getString(0));
    }
  }
}
