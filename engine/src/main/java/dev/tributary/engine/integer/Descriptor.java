package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The C structure {@code operand}; {@code integer.h} says what its fields are. */
final class Descriptor {
  private static final long VALUES = 0;
  private static final long CODES = 8;
  private static final long ROWS = 16;
  private static final long COLUMNS = 24;
  private static final long REDUCE_ROWS = 32;
  private static final long FACTORS = 40;
  private static final long FACTOR_AXIS = 48;
  private static final long QMAX = 56;
  private static final long STOCHASTIC = 64;
  private static final long KEY = 72;
  private static final long EXPONENTS = 80;
  private static final long GROUPS = 88;
  private static final long SCALES = 96;
  private static final long SCALE_COUNT = 104;
  private static final long PATCHES = 112;
  private static final long BYTES = 120;

  private Descriptor() {}

  static MemorySegment allocate() {
    return Arena.ofAuto().allocate(BYTES, 8);
  }

  /** Writes what a matrix holds now. */
  static void write(MemorySegment d, QuantizedMatrix m, boolean sumsRows) {
    Scales scales = m.scaling();
    boolean patches = m.patches() != null;
    boolean floats = !m.coded() && !patches;
    d.set(ADDRESS, VALUES, floats ? m.values() : MemorySegment.NULL);
    d.set(ADDRESS, CODES, m.coded() ? m.written() : MemorySegment.NULL);
    d.set(JAVA_LONG, ROWS, m.rows());
    d.set(JAVA_LONG, COLUMNS, m.columns());
    d.set(JAVA_LONG, REDUCE_ROWS, sumsRows ? 1 : 0);
    d.set(ADDRESS, FACTORS, scales.factors());
    d.set(JAVA_LONG, FACTOR_AXIS, Scales.factorAxis(m));
    d.set(JAVA_LONG, QMAX, m.qmax());
    d.set(JAVA_LONG, STOCHASTIC, m.rounding().stochastic() ? 1 : 0);
    d.set(JAVA_LONG, KEY, m.rounding().key());
    d.set(ADDRESS, EXPONENTS, m.groups() > 1 ? scales.exponents() : MemorySegment.NULL);
    d.set(JAVA_LONG, GROUPS, m.groups());
    d.set(ADDRESS, SCALES, scales.scales());
    d.set(JAVA_LONG, SCALE_COUNT, m.scales());
    d.set(ADDRESS, PATCHES, patches ? m.structure() : MemorySegment.NULL);
  }
}
