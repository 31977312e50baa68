package dev.tributary.engine.onednn;

/** A call of oneDNN that did not succeed: a bug of ours, a lack of memory, or of a kernel. */
public final class OneDnnException extends IllegalStateException {
  private static final String[] STATUS = {
    "success",
    "out of memory",
    "invalid arguments",
    "unimplemented",
    "last implementation reached",
    "runtime error",
    "not required"
  };

  OneDnnException(String function, int status) {
    super(
        "oneDNN's %s answered '%s' (%d); engine.kernels = cpu does without it"
            .formatted(
                function,
                status >= 0 && status < STATUS.length ? STATUS[status] : "unknown",
                status));
  }
}
