package dev.tributary.datasets.fetch;

/** Hears how a download goes; called on the downloading thread, often. */
public interface FetchListener {

  /**
   * Some bytes have come.
   *
   * @param file name of the file
   * @param done bytes that are there now, counting those of an earlier, interrupted download
   * @param total bytes of the whole file, or -1 when the server does not say
   */
  void progress(String file, long done, long total);

  /** Something a user should read: a license note, a mirror that fails, a file being unpacked. */
  void message(String line);

  /** Hears and forgets. */
  static FetchListener silent() {
    return new FetchListener() {
      @Override
      public void progress(String file, long done, long total) {}

      @Override
      public void message(String line) {}
    };
  }
}
