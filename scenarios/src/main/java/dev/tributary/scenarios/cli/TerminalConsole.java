package dev.tributary.scenarios.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.LongSupplier;

/** A {@link Console} on the process's streams. */
public final class TerminalConsole implements Console {
  private static final long NANOS_BETWEEN_REWRITES = 80_000_000L;
  private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;
  private static final String ERASE = "\r\u001b[2K";

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;
  private final boolean colored;
  private final int columns;
  private final LongSupplier nanos;

  private boolean lineOpen;
  private long lastShown;
  private String lastRun = "";

  /**
   * A console.
   *
   * @param terminal whether {@code err} is a terminal, whose last line can be rewritten
   * @param colored whether results may be set in bold
   * @param columns the terminal's width
   * @param nanos a clock
   */
  TerminalConsole(
      PrintWriter out,
      PrintWriter err,
      boolean terminal,
      boolean colored,
      int columns,
      LongSupplier nanos) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.colored = colored;
    this.columns = columns;
    this.nanos = nanos;
  }

  /**
   * The console of this process. The launcher says in system properties whether the standard error
   * is a terminal and how wide: Java itself cannot tell the two streams apart.
   */
  public static TerminalConsole of(
      PrintWriter out, PrintWriter err, Map<String, String> environment) {
    boolean terminal =
        Boolean.getBoolean("tributary.terminal")
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    int columns = Math.max(40, Integer.getInteger("tributary.columns", 100));
    return new TerminalConsole(
        out,
        err,
        terminal,
        Boolean.getBoolean("tributary.terminal.out") && !plain,
        columns,
        System::nanoTime);
  }

  @Override
  public synchronized void result(String line) {
    closeLine();
    out.println(line);
    out.flush();
  }

  @Override
  public synchronized void note(String line) {
    closeLine();
    err.println(line);
    err.flush();
  }

  @Override
  public synchronized void progress(Progress progress) {
    long now = nanos.getAsLong();
    boolean due =
        (progress.finished() && progress.share() == 0)
            || !progress.run().equals(lastRun)
            || now - lastShown >= (terminal ? NANOS_BETWEEN_REWRITES : NANOS_BETWEEN_LINES);
    if (!due) {
      return;
    }
    lastShown = now;
    lastRun = progress.run();
    if (terminal) {
      err.print(ERASE + progress.line(columns - 1));
      lineOpen = true;
      if (progress.finished()) {
        closeLine();
      }
    } else {
      err.println(progress.line(160));
    }
    err.flush();
  }

  @Override
  public boolean colored() {
    return colored;
  }

  private void closeLine() {
    if (lineOpen) {
      err.println();
      err.flush();
      lineOpen = false;
    }
  }
}
