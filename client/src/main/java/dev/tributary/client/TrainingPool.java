package dev.tributary.client;

import dev.tributary.engine.training.Trainer;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of worker threads, each with a trainer of its own. However many clients a process
 * has, only these compute, so memory for models is O(model x workers).
 */
public final class TrainingPool implements AutoCloseable {

  /** Work that needs a trainer. */
  @FunctionalInterface
  public interface Job<T> {
    /** Does it, on a worker's thread. */
    T run(Trainer trainer) throws Exception;
  }

  private final int workers;
  private final ExecutorService threads;
  private final Queue<Thread> made = new ConcurrentLinkedQueue<>();
  private final Supplier<Trainer> maker;
  private final ThreadLocal<@Nullable Trainer> own;
  private volatile boolean closed;

  /**
   * @param workers the number of threads, at least 1
   * @param trainer makes a trainer; called once on each worker's thread, when it first needs one
   */
  public TrainingPool(int workers, Supplier<Trainer> trainer) {
    if (workers < 1) {
      throw new IllegalArgumentException("a training pool needs at least 1 worker, got " + workers);
    }
    this.workers = workers;
    this.maker = trainer;
    this.own = new ThreadLocal<>();
    ThreadFactory factory = Thread.ofPlatform().name("trainer-", 1).daemon(true).factory();
    threads =
        Executors.newFixedThreadPool(
            workers,
            work -> {
              Thread thread = factory.newThread(() -> closingItsTrainer(work));
              made.add(thread);
              return thread;
            });
  }

  /** A worker's life. Its trainer ends with it: some of its native memory belongs to the thread. */
  private void closingItsTrainer(Runnable work) {
    try {
      work.run();
    } finally {
      Trainer mine = own.get();
      if (mine != null) {
        mine.close();
      }
    }
  }

  private Trainer own() {
    Trainer mine = own.get();
    if (mine == null) {
      mine = maker.get();
      own.set(mine);
    }
    return mine;
  }

  /** The number of threads. */
  public int workers() {
    return workers;
  }

  /**
   * Queues a job; jobs start in the order they come. After {@link #close} the stage fails with a
   * {@link CancellationException}.
   */
  public <T> CompletionStage<T> submit(Job<T> job) {
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            if (closed) {
              throw new CancellationException("the training pool was closed");
            }
            try {
              return job.run(own());
            } catch (Exception e) {
              throw new CompletionException(e);
            }
          },
          threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(new CancellationException("the pool is closed"));
    }
  }

  /**
   * Lets running jobs end (uninterrupted: they may be writing a state), cancels queued ones, and
   * frees the trainers.
   */
  @Override
  public void close() {
    closed = true;
    threads.close();
    // Their last job is over; what is left of them is to close their trainers.
    boolean interrupted = false;
    for (Thread thread : made) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
