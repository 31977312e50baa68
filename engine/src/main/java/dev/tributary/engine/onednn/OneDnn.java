package dev.tributary.engine.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A session with oneDNN on the CPU: makes formats, tensors and operations, and frees them all when
 * it is closed. For the thread that runs its primitives, which have scratch memory there; what it
 * computes uses as many threads as OpenMP gives the calling thread.
 */
public final class OneDnn implements AutoCloseable {
  private static final int CPU = 1;
  private static final int IN_ORDER = 1;
  private static final int F32 = 3;
  private static final int FORMAT_ANY = 1;
  private static final int[] ROW_MAJOR = {0, 2, 3, 4, 5};
  private static final int TRANSPOSED = 14;

  private final Arena arena = Arena.ofShared();
  private final List<Runnable> destroyers = new ArrayList<>();
  private final Operations operations = new Operations(this);
  private final MemorySegment engine;
  private final MemorySegment stream;

  /** Opens a session; an error unless {@link #available}. */
  public OneDnn() {
    engine = owned("dnnl_engine_destroy", Library.create("dnnl_engine_create", CPU, 0L));
    stream = owned("dnnl_stream_destroy", Library.create("dnnl_stream_create", engine, IN_ORDER));
  }

  /** Whether the library is there for this machine. */
  public static boolean available() {
    return Library.available();
  }

  /** The library's version, for example {@code 3.11.0}. */
  @SuppressWarnings("restricted")
  public static String version() {
    MemorySegment parts =
        ((MemorySegment) Library.get("dnnl_version", ValueLayout.ADDRESS))
            .reinterpret(3L * Integer.BYTES);
    return parts.getAtIndex(ValueLayout.JAVA_INT, 0)
        + "."
        + parts.getAtIndex(ValueLayout.JAVA_INT, 1)
        + "."
        + parts.getAtIndex(ValueLayout.JAVA_INT, 2);
  }

  /** A row-major format of 1 to 4 axes. */
  public Desc plain(int... lengths) {
    return desc(ROW_MAJOR[lengths.length], lengths);
  }

  /** The format of a matrix of this shape that lies transposed: column-major. */
  public Desc transposed(int rows, int columns) {
    return desc(TRANSPOSED, rows, columns);
  }

  /** The format of images that lie with their channels last. */
  public Desc channelsLast(int images, int channels, int height, int width) {
    return new Desc(
        owned(
            "dnnl_memory_desc_destroy",
            Library.create(
                "dnnl_memory_desc_create_with_strides",
                4,
                longs(images, channels, height, width),
                F32,
                longs(height * width * channels, 1, width * channels, channels))));
  }

  /** Whatever format an operation likes best. */
  public Desc any(int... lengths) {
    return desc(FORMAT_ANY, lengths);
  }

  private Desc desc(int tag, int... lengths) {
    return new Desc(
        owned(
            "dnnl_memory_desc_destroy",
            Library.create(
                "dnnl_memory_desc_create_with_tag", lengths.length, longs(lengths), F32, tag)));
  }

  /** A tensor of this format that has no place yet. */
  public Memory memory(Desc desc) {
    MemorySegment handle =
        Library.create("dnnl_memory_create", desc.handle(), engine, MemorySegment.NULL);
    return new Memory(owned("dnnl_memory_destroy", handle), desc);
  }

  /** A tensor of this format at the start of native memory. */
  public Memory memory(Desc desc, MemorySegment place) {
    Memory memory = memory(desc);
    memory.at(place);
    return memory;
  }

  /** Native memory that lives as long as the session, zeroed, on a cache line's boundary. */
  public MemorySegment allocate(long bytes) {
    return arena.allocate(Math.max(1, bytes), 64);
  }

  /** An operation bound to its tensors. */
  public Primitive bind(Operation operation, Argument... arguments) {
    MemorySegment handle =
        owned(
            "dnnl_primitive_destroy", Library.create("dnnl_primitive_create", operation.handle()));
    MemorySegment list = arena.allocate(16L * arguments.length, 8);
    for (int i = 0; i < arguments.length; i++) {
      list.set(ValueLayout.JAVA_INT, 16L * i, arguments[i].index());
      list.set(ValueLayout.ADDRESS, 16L * i + 8, arguments[i].memory().handle());
    }
    return new Primitive(handle, stream, arguments.length, list);
  }

  /** The operations that can be bound. */
  public Operations operations() {
    return operations;
  }

  MemorySegment engine() {
    return engine;
  }

  /** A copy from one format to another. */
  public Primitive reorder(Memory from, Memory to) {
    Operation operation =
        operation(
            "dnnl_reorder_primitive_desc_create",
            from.desc().handle(),
            engine,
            to.desc().handle(),
            engine,
            MemorySegment.NULL);
    return bind(operation, Argument.src(from), Argument.dst(to));
  }

  Operation operation(String function, Object... arguments) {
    return new Operation(owned("dnnl_primitive_desc_destroy", Library.create(function, arguments)));
  }

  MemorySegment longs(int... values) {
    MemorySegment list = arena.allocate((long) Long.BYTES * 12, 8);
    for (int i = 0; i < values.length; i++) {
      list.setAtIndex(ValueLayout.JAVA_LONG, i, values[i]);
    }
    return list;
  }

  MemorySegment owned(String destroy, MemorySegment handle) {
    destroyers.add(() -> Library.call(destroy, handle));
    return handle;
  }

  @Override
  public void close() {
    destroyers.reversed().forEach(Runnable::run);
    destroyers.clear();
    arena.close();
  }
}
