package dev.tributary.server;

import java.io.IOException;

/** Hears of a run's events, in order, on the server's work thread. */
@FunctionalInterface
public interface RunListener {

  /** Called once per event; an exception ends the run as {@link RunEvent.Reason#DISK}. */
  void on(RunEvent event) throws IOException;
}
