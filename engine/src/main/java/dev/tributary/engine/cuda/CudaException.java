package dev.tributary.engine.cuda;

/** A function of CUDA that has failed. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param function the function's name
   * @param status what it returned
   * @param meaning what CUDA calls that
   */
  CudaException(String function, int status, String meaning) {
    super("%s failed: %s (%d)".formatted(function, meaning, status));
  }

  /** A failure that no single function stands for. */
  CudaException(String message) {
    super(message);
  }
}
