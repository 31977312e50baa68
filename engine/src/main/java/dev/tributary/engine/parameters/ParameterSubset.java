package dev.tributary.engine.parameters;

import java.util.List;

/**
 * Some of the tensors of a layout (those that travel, say, or those a client keeps), packed densely
 * in the same order as a {@link #layout} of its own.
 */
public final class ParameterSubset {
  private final ParameterLayout full;
  private final List<ParameterSpec> chosen;
  private final ParameterLayout layout;

  ParameterSubset(ParameterLayout full, List<ParameterSpec> chosen) {
    this.full = full;
    this.chosen = List.copyOf(chosen);
    ParameterLayout.Builder builder = ParameterLayout.builder();
    chosen.forEach(s -> builder.add(s.name(), s.role(), s.shape()));
    this.layout = builder.build();
  }

  /** The layout this was chosen from. */
  public ParameterLayout full() {
    return full;
  }

  /** The layout of the packed vector. */
  public ParameterLayout layout() {
    return layout;
  }

  /** Whether nothing was chosen. */
  public boolean isEmpty() {
    return chosen.isEmpty();
  }

  /** Whether everything was chosen, so that packed and whole are the same. */
  private boolean isWhole() {
    return layout.equals(full);
  }

  /**
   * The chosen tensors of {@code vector} (which has the full layout), packed; {@code vector} itself
   * where everything was chosen.
   */
  public ParameterVector gather(ParameterVector vector) {
    vector.require(full);
    if (isWhole()) {
      return vector;
    }
    float[] packed = new float[layout.size()];
    List<ParameterSpec> targets = layout.specs();
    for (int i = 0; i < targets.size(); i++) {
      System.arraycopy(
          vector.values(),
          chosen.get(i).offset(),
          packed,
          targets.get(i).offset(),
          targets.get(i).size());
    }
    return new ParameterVector(layout, packed);
  }

  /**
   * A copy of {@code base} (full layout) whose chosen tensors are those of {@code packed}; {@code
   * packed} itself where everything was chosen.
   */
  public ParameterVector scatter(ParameterVector packed, ParameterVector base) {
    packed.require(layout);
    base.require(full);
    if (isWhole()) {
      return packed;
    }
    float[] merged = base.values().clone();
    List<ParameterSpec> sources = layout.specs();
    for (int i = 0; i < sources.size(); i++) {
      System.arraycopy(
          packed.values(),
          sources.get(i).offset(),
          merged,
          chosen.get(i).offset(),
          sources.get(i).size());
    }
    return new ParameterVector(full, merged);
  }
}
