package dev.tributary.engine.onednn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An operation that oneDNN has chosen an implementation for; tells which formats that wants. */
public final class Operation {
  private static final int SRC = 129;
  private static final int DIFF_SRC = 130;
  private static final int WEIGHTS = 131;
  private static final int DIFF_WEIGHTS = 132;
  private static final int DST = 133;
  private static final int DIFF_DST = 134;
  private static final int WORKSPACE = 135;

  private final MemorySegment handle;

  Operation(MemorySegment handle) {
    this.handle = handle;
  }

  MemorySegment handle() {
    return handle;
  }

  /** The format of what is read. */
  public Desc src() {
    return query(SRC);
  }

  /** The format of the gradient of what was read. */
  public Desc diffSrc() {
    return query(DIFF_SRC);
  }

  /** The format of the gradient of what was written. */
  public Desc diffDst() {
    return query(DIFF_DST);
  }

  /** The format of the weights. */
  public Desc weights() {
    return query(WEIGHTS);
  }

  /** The format of the weights' gradient. */
  public Desc diffWeights() {
    return query(DIFF_WEIGHTS);
  }

  /** The format of what is written. */
  public Desc dst() {
    return query(DST);
  }

  /** The format of what a forward operation leaves for its backward one; 0 bytes if nothing. */
  public Desc workspace() {
    return query(WORKSPACE);
  }

  private Desc query(int what) {
    return new Desc(
        (MemorySegment)
            Library.get("dnnl_primitive_desc_query_md", ValueLayout.ADDRESS, handle, what, 0));
  }
}
