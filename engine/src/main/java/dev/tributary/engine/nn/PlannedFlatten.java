package dev.tributary.engine.nn;

/** {@link Flatten}: the same numbers, once they are in row-major order. */
final class PlannedFlatten implements PlannedLayer {
  private final Flatten spec;

  PlannedFlatten(Flatten spec) {
    this.spec = spec;
  }

  @Override
  public Value plan(Plan plan, Value x) {
    return plan.plain(x, spec.input()).as(plan.plain(spec.output()));
  }
}
