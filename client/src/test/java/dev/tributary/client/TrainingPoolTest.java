package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TrainingPoolTest {
  private final List<FakeTrainer> made = new CopyOnWriteArrayList<>();

  private TrainingPool pool(int workers) {
    return new TrainingPool(
        workers,
        () -> {
          FakeTrainer trainer = new FakeTrainer();
          made.add(trainer);
          return trainer;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void runsAtMostSoManyAtOnceEachWithItsOwnTrainer(int workers) throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Set<Object> busy = ConcurrentHashMap.newKeySet();
    AtomicBoolean shared = new AtomicBoolean();
    try (TrainingPool pool = pool(workers)) {
      List<CompletionStage<Integer>> stages = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int job = i;
        stages.add(
            pool.submit(
                trainer -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  if (!busy.add(System.identityHashCode(trainer))) {
                    shared.set(true);
                  }
                  new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
                  busy.remove(System.identityHashCode(trainer));
                  running.decrementAndGet();
                  return job;
                }));
      }
      for (int i = 0; i < 30; i++) {
        assertThat(stages.get(i).toCompletableFuture().get()).isEqualTo(i);
      }
    }
    assertThat(most).hasValue(workers);
    assertThat(shared).isFalse();
    assertThat(made).hasSize(workers).allMatch(t -> t.closed.get() == 1);
    // Native memory of a trainer may belong to its thread.
    assertThat(made).allMatch(t -> t.closer != null && t.closer == t.maker);
  }

  @Test
  void closeLetsTheRunningJobEndAndCancelsTheQueued() throws Exception {
    TrainingPool pool = pool(1);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    AtomicBoolean queuedRan = new AtomicBoolean();
    var first =
        pool.submit(
                trainer -> {
                  running.countDown();
                  try {
                    release.await();
                  } catch (InterruptedException e) {
                    interrupted.set(true);
                  }
                  assertThat(((FakeTrainer) trainer).closed).hasValue(0);
                  return "whole";
                })
            .toCompletableFuture();
    var queued =
        pool.submit(
                _ -> {
                  queuedRan.set(true);
                  return 0;
                })
            .toCompletableFuture();
    running.await();
    Thread closer = Thread.ofPlatform().start(pool::close);
    await()
        .until(
            () ->
                closer.getState() == Thread.State.WAITING
                    || closer.getState() == Thread.State.TIMED_WAITING);
    assertThat(first).isNotDone();
    release.countDown();
    closer.join(10_000);
    assertThat(closer.isAlive()).isFalse();
    assertThat(first).isCompletedWithValue("whole");
    assertThat(interrupted).isFalse();
    assertThat(queuedRan).isFalse();
    assertThat(queued).isCompletedExceptionally();
    assertThatThrownBy(queued::join).hasCauseInstanceOf(CancellationException.class);
    assertThat(made.getFirst().closed).hasValue(1);
    assertThat(pool.submit(_ -> 1).toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void aJobThatFailsLeavesItsThreadForTheNext() throws Exception {
    try (TrainingPool pool = pool(1)) {
      var failed =
          pool.submit(
                  _ -> {
                    throw new OutOfMemoryError("native memory");
                  })
              .toCompletableFuture();
      assertThatThrownBy(failed::get).hasRootCauseMessage("native memory");
      assertThat(pool.submit(_ -> 2).toCompletableFuture().get()).isEqualTo(2);
    }
    assertThat(made).hasSize(1);
  }

  @Test
  void needsAWorker() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool(0))
        .withMessageContaining("at least 1 worker, got 0");
  }
}
