package dev.tributary.engine.files;

/** When what was written must be on the disk itself and not only with the operating system. */
public enum Durability {
  /** When the write returns: a power cut takes nothing of it. */
  NOW,
  /**
   * When the operating system gets to it, seconds later: the end of the process takes nothing of
   * it, however that ends; a power cut may take it, or leave it torn under its final name.
   */
  LATER
}
