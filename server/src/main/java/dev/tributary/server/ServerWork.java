package dev.tributary.server;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The one thread on which the server decodes, checks, adds and writes; actors only wait for it. */
public final class ServerWork implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("server-work").daemon(true).factory());

  /** Runs the job after those before it. */
  public <T> CompletionStage<T> run(Callable<T> job) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return job.call();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        thread);
  }

  /** The exception a job threw, out of the wrapping that futures add. */
  public static Throwable cause(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  @Override
  public void close() {
    thread.close();
  }
}
