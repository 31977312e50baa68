package dev.tributary.engine.integer;

/** An axis of a matrix. */
public enum Axis {
  /** The rows: from one to the next the row index grows. */
  ROWS,
  /** The columns. */
  COLUMNS;

  /** The other one. */
  Axis other() {
    return this == ROWS ? COLUMNS : ROWS;
  }

  /** How many indices a matrix has along this axis. */
  int length(int rows, int columns) {
    return this == ROWS ? rows : columns;
  }
}
