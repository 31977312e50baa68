package dev.tributary.engine.nn;

import org.jspecify.annotations.Nullable;

/**
 * {@link AlphaBatchNorm} between tensors in row-major order; where the source's statistics alone
 * count and nobody asks for gradients, the source's own plan, so that its bits are those of plain
 * evaluation.
 */
final class PlannedAlphaBatchNorm implements PlannedLayer {
  private final @Nullable PlannedLayer source;
  private final PlannedLayer mixed;

  PlannedAlphaBatchNorm(AlphaBatchNorm spec, Workspace workspace) {
    this.source = spec.weight().sourceAlone() ? Planner.layer(spec.source(), 0, workspace) : null;
    this.mixed = new PlannedOther(spec, workspace);
  }

  @Override
  public Value plan(Plan plan, Value x) {
    return (source == null || plan.training() ? mixed : source).plan(plan, x);
  }
}
