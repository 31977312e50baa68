package dev.tributary.algorithms.testtime;

/** When a session goes back to the source model. */
public enum ResetRule {
  /** Never: what was learned on one shift is taken to the next (continual adaptation). */
  NEVER,
  /** Before each shift, so that each is met by the source model. */
  PER_SHIFT,
  /** Before each batch, so that no batch profits or suffers from another (episodic adaptation). */
  PER_BATCH
}
