package dev.tributary.engine.cuda;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The memory of a GPU that several clients share: a client's step is admitted only when its bytes
 * fit beside those of the steps that run, and waits its turn until then. First come, first served,
 * so a large step is not starved by small ones.
 *
 * <p>Who holds an admission must not wait for another: two who do could wait for each other. It
 * counts bytes and allocates nothing. Safe for several threads at once.
 */
public final class DeviceBudget {
  /** What a GPU's driver gives memory in, 2 MiB. */
  static final long PAGE = 2L << 20;

  private final String device;
  private final int pages;
  private final Semaphore free;

  /**
   * A budget of which nothing is used.
   *
   * @param device its name, for messages
   * @param bytes &ge; 0, rounded down to pages of 2 MiB
   */
  public DeviceBudget(String device, long bytes) {
    if (bytes < 0 || bytes / PAGE > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the memory of %s must be 0 to 2^52 bytes, got %d".formatted(device, bytes));
    }
    this.device = device;
    this.pages = (int) (bytes / PAGE);
    this.free = new Semaphore(pages, true);
  }

  /**
   * Waits until {@code bytes} are free and takes them.
   *
   * @param step what they are for, for messages
   * @param bytes &ge; 0, rounded up to pages of 2 MiB
   * @throws IllegalArgumentException if the whole budget is too small
   */
  public Admission admit(String step, long bytes) {
    int wanted = wanted(step, bytes);
    free.acquireUninterruptibly(wanted);
    return new Admission(wanted);
  }

  /** Like {@link #admit}, but empty where that would wait. */
  public Optional<Admission> tryAdmit(String step, long bytes) {
    int wanted = wanted(step, bytes);
    // Without waiting a semaphore lets later comers pass those who wait.
    return !free.hasQueuedThreads() && free.tryAcquire(wanted)
        ? Optional.of(new Admission(wanted))
        : Optional.empty();
  }

  /** All bytes of the budget. */
  public long bytes() {
    return pages * PAGE;
  }

  /** The bytes that are free now. */
  public long freeBytes() {
    return free.availablePermits() * PAGE;
  }

  /** How many such steps fit at once; at least 1, or an error. */
  public int clients(String step, long bytes) {
    return pages / Math.max(1, wanted(step, bytes));
  }

  private int wanted(String step, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(step + " cannot want " + bytes + " bytes");
    }
    long wanted = (bytes + PAGE - 1) / PAGE;
    if (wanted > pages) {
      throw new IllegalArgumentException(
          "%s wants %d MiB on %s, where clients may use %d MiB; take a smaller batch or model"
              .formatted(step, wanted * 2, device, pages * 2L));
    }
    return (int) wanted;
  }

  /** Bytes that are taken; closing gives them back. */
  public final class Admission implements AutoCloseable {
    private final int taken;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Admission(int taken) {
      this.taken = taken;
    }

    @Override
    public void close() {
      if (open.getAndSet(false)) {
        free.release(taken);
      }
    }
  }
}
