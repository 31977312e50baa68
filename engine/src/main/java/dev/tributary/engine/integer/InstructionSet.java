package dev.tributary.engine.integer;

/** What the native kernels may use, worst first. */
public enum InstructionSet {
  /** Plain C. */
  PLAIN(0),
  /** 256 bits; products summed in 16 bits as long as they fit. */
  AVX2(1),
  /** AVX-512 with VNNI: four products of bytes a lane, summed in 32 bits. */
  VNNI(2),
  /** AMX: tiles of 16 x 64 signed bytes; AVX-512 with VNNI where terms must be ordered by group. */
  AMX(3);

  private final int code;

  InstructionSet(int code) {
    this.code = code;
  }

  /** The C code's number for it. */
  int code() {
    return code;
  }

  /** The best that this processor has; only with the native library. */
  public static InstructionSet best() {
    int best = NativeLibrary.isa();
    for (InstructionSet set : values()) {
      if (set.code == best) {
        return set;
      }
    }
    throw new IllegalStateException("the native library knows an instruction set " + best);
  }
}
