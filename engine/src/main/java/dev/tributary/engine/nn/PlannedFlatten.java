package dev.tributary.engine.nn;

/**
 * {@link Flatten}: the same numbers in row-major order. Never a tensor, which would keep the shape
 * that it had.
 */
final class PlannedFlatten implements PlannedLayer {
  private final Flatten spec;

  PlannedFlatten(Flatten spec) {
    this.spec = spec;
  }

  @Override
  public Value plan(Plan plan, Value x) {
    return plan.rowMajor(x, spec.input()).as(plan.plain(spec.output()));
  }
}
