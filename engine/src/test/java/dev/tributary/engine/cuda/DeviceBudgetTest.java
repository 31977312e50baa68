package dev.tributary.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps of clients on one GPU. */
@Timeout(60)
class DeviceBudgetTest {
  private static final long MIB = 1 << 20;

  @Test
  void countsPagesOf2MiB() {
    DeviceBudget budget = new DeviceBudget("gpu", 11 * MIB);
    assertThat(budget.bytes()).isEqualTo(10 * MIB);
    DeviceBudget.Admission one = budget.admit("step", 2 * MIB + 1);
    assertThat(budget.freeBytes()).isEqualTo(6 * MIB);
    one.close();
    one.close();
    assertThat(budget.freeBytes()).isEqualTo(10 * MIB);
    assertThat(budget.clients("step", 3 * MIB)).isEqualTo(2);
  }

  @Test
  void aStepThatNeverFitsIsRefused() {
    DeviceBudget budget = new DeviceBudget("gpu", 10 * MIB);
    assertThatThrownBy(() -> budget.admit("client-3's step", 10 * MIB + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("client-3's step wants 12 MiB on gpu")
        .hasMessageContaining("10 MiB");
    assertThat(budget.freeBytes()).isEqualTo(10 * MIB);
  }

  @Test
  void neverMoreThanFitAndAllGetTheirTurn() throws Exception {
    DeviceBudget budget = new DeviceBudget("gpu", 6 * MIB);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
      for (int client = 0; client < 8; client++) {
        all.add(
            clients.submit(
                () -> {
                  for (int step = 0; step < 50; step++) {
                    try (DeviceBudget.Admission _ = budget.admit("step", 2 * MIB)) {
                      int now = inside.incrementAndGet();
                      most.accumulateAndGet(now, Math::max);
                      Thread.onSpinWait();
                      inside.decrementAndGet();
                    }
                    done.incrementAndGet();
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThat(done.get()).isEqualTo(400);
    assertThat(budget.freeBytes()).isEqualTo(6 * MIB);
  }

  @Test
  void aLargeStepIsNotPassedBySmallOnesBehindIt() throws Exception {
    DeviceBudget budget = new DeviceBudget("gpu", 6 * MIB);
    DeviceBudget.Admission first = budget.admit("first", 4 * MIB);
    Thread large = Thread.ofVirtual().start(() -> budget.admit("large", 6 * MIB).close());
    while (large.getState() != Thread.State.WAITING) {
      Thread.sleep(Duration.ofMillis(1));
    }
    // It would fit, but the large one waits.
    assertThat(budget.tryAdmit("small", 2 * MIB)).isEmpty();
    first.close();
    large.join();
    assertThat(budget.tryAdmit("small", 2 * MIB)).isPresent();
  }
}
