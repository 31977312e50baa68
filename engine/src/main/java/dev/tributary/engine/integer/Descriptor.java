package dev.tributary.engine.integer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the fields of the C structure {@code operand} lie; {@code integer.h} says what they are.
 */
final class Descriptor {
  static final long VALUES = 0;
  static final long CODES = 8;
  static final long ROWS = 16;
  static final long COLUMNS = 24;
  static final long REDUCE_ROWS = 32;
  static final long FACTORS = 40;
  static final long FACTOR_AXIS = 48;
  static final long QMAX = 56;
  static final long STOCHASTIC = 64;
  static final long KEY = 72;
  static final long EXPONENTS = 80;
  static final long GROUPS = 88;
  static final long SCALES = 96;
  static final long SCALE_COUNT = 104;
  static final long PATCHES = 112;
  private static final long BYTES = 120;

  private Descriptor() {}

  static MemorySegment allocate() {
    return Arena.ofAuto().allocate(BYTES, 8);
  }
}
