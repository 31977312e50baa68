package dev.tributary.scenarios.run;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.cli.Console;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What happens on Ctrl-C (or a termination signal) while a run goes on: its last checkpoint and a
 * summary that says so are brought to the disk, the user is told how to continue, and the process
 * ends at once. Nothing else needs to be saved.
 */
final class Interruption implements AutoCloseable {
  private final AtomicBoolean active = new AtomicBoolean(true);
  private final Thread hook;

  Interruption(RunSession session, String goOn, Console console) {
    hook =
        new Thread(
            () -> {
              if (active.get()) {
                try {
                  int rounds = session.interrupted();
                  console.note(
                      "interrupted after round %d; continue with: %s".formatted(rounds, goOn));
                } finally {
                  // Native code may still be computing; leaving now is safe, unloading it is not.
                  Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
                }
              }
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    active.set(false);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The process is ending already; the hook has seen, or will see, that nothing is active.
      active.set(false);
    }
  }
}
