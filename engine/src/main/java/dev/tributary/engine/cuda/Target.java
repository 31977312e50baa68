package dev.tributary.engine.cuda;

import java.util.Optional;

/**
 * What a compiler should make for a GPU. Machine code of a compute capability runs on GPUs of the
 * same major number and this or a higher minor one; PTX, which the driver compiles, on all newer
 * ones. Machine code is preferred: a driver refuses PTX of a newer CUDA than its own.
 *
 * @param capability ten times major plus minor, 75 for 7.5
 * @param machineCode machine code rather than PTX
 */
record Target(int capability, boolean machineCode) {

  /** The best of the capabilities that a compiler knows; empty if all are newer than the GPU. */
  static Optional<Target> of(int gpu, int[] known) {
    int best = 0;
    for (int capability : known) {
      best = capability <= gpu ? Math.max(best, capability) : best;
    }
    return best == 0 ? Optional.empty() : Optional.of(new Target(best, best / 10 == gpu / 10));
  }

  /** NVRTC's option. */
  String option() {
    return "--gpu-architecture=" + (machineCode ? "sm_" : "compute_") + capability;
  }

  /** {@code 75} as {@code 7.5}. */
  static String text(int capability) {
    return capability / 10 + "." + capability % 10;
  }
}
