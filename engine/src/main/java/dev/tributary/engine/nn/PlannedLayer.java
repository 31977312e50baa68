package dev.tributary.engine.nn;

/** A layer that can plan its work for a batch of a given size. */
interface PlannedLayer {

  /** Adds the layer's steps to the plan and returns what it will give for {@code x}. */
  Value plan(Plan plan, Value x);
}
