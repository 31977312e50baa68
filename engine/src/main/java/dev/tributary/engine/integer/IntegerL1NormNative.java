package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** The same bits by C, which the build compiles where it finds a compiler; for one thread. */
final class IntegerL1NormNative implements IntegerL1NormLoops {
  private static final @Nullable MethodHandle SPREAD = link("tributary_l1_spread", 1, ADDRESS);
  private static final @Nullable MethodHandle APPLY =
      link("tributary_l1_apply", 1, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final @Nullable MethodHandle MOMENTS = link("tributary_l1_moments", 2, ADDRESS);
  private static final @Nullable MethodHandle DOWN =
      link(
          "tributary_l1_down",
          2,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_LONG,
          ADDRESS);

  private final int isa;
  private final MemorySegment results = Arena.ofAuto().allocate(JAVA_LONG, 6);

  IntegerL1NormNative() {
    this(InstructionSet.best());
  }

  /** With these instructions at most. */
  IntegerL1NormNative(InstructionSet most) {
    this.isa = most.code();
  }

  @Override
  public String tier() {
    return "native";
  }

  @Override
  public void spread(MemorySegment x, Place p, long[] out) {
    try {
      NativeLibrary.there(SPREAD)
          .invokeExact(isa, x, p.channel(), p.channels(), p.batch(), p.positions(), results);
    } catch (Throwable e) {
      throw NativeLibrary.failed(e);
    }
    MemorySegment.copy(results, JAVA_LONG, 0, out, 0, 6);
  }

  @Override
  public void apply(
      MemorySegment x, Place p, int factor, int offset, int shift, int qmax, MemorySegment y) {
    try {
      NativeLibrary.there(APPLY)
          .invokeExact(
              isa,
              x,
              p.channel(),
              p.channels(),
              p.batch(),
              p.positions(),
              factor,
              offset,
              shift,
              qmax,
              y);
    } catch (Throwable e) {
      throw NativeLibrary.failed(e);
    }
  }

  @Override
  public void moments(MemorySegment x, MemorySegment g, Place p, long[] out) {
    try {
      NativeLibrary.there(MOMENTS)
          .invokeExact(isa, x, g, p.channel(), p.channels(), p.batch(), p.positions(), results);
    } catch (Throwable e) {
      throw NativeLibrary.failed(e);
    }
    MemorySegment.copy(results, JAVA_LONG, 0, out, 0, 4);
  }

  @Override
  public void down(MemorySegment x, MemorySegment g, Place p, Down d, long key, MemorySegment dx) {
    try {
      NativeLibrary.there(DOWN)
          .invokeExact(
              isa,
              x,
              g,
              p.channel(),
              p.channels(),
              p.batch(),
              p.positions(),
              d.t(),
              d.factor(),
              d.above(),
              d.equal(),
              d.below(),
              key,
              dx);
    } catch (Throwable e) {
      throw NativeLibrary.failed(e);
    }
  }

  /** A function of instructions, so many tensors, a {@link IntegerL1NormLoops.Place}, the rest. */
  private static @Nullable MethodHandle link(String function, int tensors, ValueLayout... rest) {
    ValueLayout[] parameters = new ValueLayout[tensors + 5 + rest.length];
    parameters[0] = JAVA_INT;
    for (int i = 1; i < tensors + 5; i++) {
      parameters[i] = i <= tensors ? ADDRESS : JAVA_LONG;
    }
    System.arraycopy(rest, 0, parameters, tensors + 5, rest.length);
    return NativeLibrary.link(function, null, parameters);
  }
}
