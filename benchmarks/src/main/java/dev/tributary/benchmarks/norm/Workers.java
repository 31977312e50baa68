package dev.tributary.benchmarks.norm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** So many contenders side by side, each with a thread and a batch of its own. */
final class Workers implements AutoCloseable {
  private final List<Contender> contenders = new ArrayList<>();
  private final ExecutorService threads;

  Workers(int count, Supplier<Contender> one) {
    for (int i = 0; i < count; i++) {
      contenders.add(one.get());
    }
    this.threads = Executors.newFixedThreadPool(count);
  }

  /** Repeats until the time is over; batches a second of all together. */
  double rate(double seconds) throws InterruptedException {
    List<Future<Double>> rates = new ArrayList<>();
    for (Contender contender : contenders) {
      rates.add(threads.submit(() -> rate(contender, seconds)));
    }
    double all = 0;
    for (Future<Double> rate : rates) {
      try {
        all += rate.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a normalisation failed", e.getCause());
      }
    }
    return all;
  }

  private static double rate(Contender contender, double seconds) {
    long begin = System.nanoTime();
    long times = 0;
    do {
      contender.pass();
      times++;
    } while (System.nanoTime() - begin < seconds * 1e9);
    return times * 1e9 / (System.nanoTime() - begin);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    contenders.forEach(Contender::close);
  }
}
