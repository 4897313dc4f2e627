package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DepthEstimatorTest {
  private static final Queue LIMITED = Queue.named("default").maxDepth(100L).build();

  private final AtomicLong depth = new AtomicLong();
  private final AtomicInteger probes = new AtomicInteger();
  private final DepthEstimator estimator =
      new DepthEstimator(
          queue -> {
            probes.incrementAndGet();
            return depth.get();
          });

  @AfterEach
  void close() {
    estimator.close();
  }

  @Test
  void aFullQueueRefusesTheFirstJobAlready() {
    depth.set(100);
    assertThatThrownBy(() -> estimator.take(LIMITED))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_FULL))
        .hasMessage(
            "Queue full: queue default holds 100 pending jobs of 100. Scale its workers or add"
                + " queues.");
  }

  @Test
  void ownJobsCountAtOnce() {
    depth.set(90);
    for (int i = 0; i < 10; i++) {
      estimator.take(LIMITED);
    }
    assertThatThrownBy(() -> estimator.take(LIMITED)).isInstanceOf(TasksException.class);
  }

  @Test
  void threadsThatComeAtOnceNeverPassTheLimitTogether() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    depth.set(50);
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = Thread.ofPlatform().start(() -> takeUntilFull(accepted));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    // Who comes while another is being refused may be refused a job too early, never too late.
    assertThat(accepted.get()).isBetween(50 - threads.length, 50);
  }

  private void takeUntilFull(AtomicInteger accepted) {
    try {
      while (true) {
        estimator.take(LIMITED);
        accepted.incrementAndGet();
      }
    } catch (TasksException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_FULL);
    }
  }

  @Test
  void jobsThatTheBrokerHasAreCountedOnceWhenItIsAskedAgain() {
    DepthGauge gauge = estimator.take(LIMITED);
    assertThat(gauge).isNotNull();
    depth.set(1);
    gauge.settle();
    await().until(() -> use() == 1);
  }

  private long use() {
    DepthGauge gauge = Objects.requireNonNull(estimator.take(LIMITED));
    long before = gauge.estimate() - 1;
    gauge.settle();
    return before;
  }

  @Test
  void aQueueWithoutLimitIsNeverMeasured() {
    assertThat(estimator.take(Queue.named("free").build())).isNull();
    assertThat(probes).hasValue(0);
  }

  @Test
  void aQueueOutOfUseIsMeasuredAnewWhenItIsUsedAgain() {
    estimator.take(LIMITED);
    int[] before = {probes.get()};
    // Out of use means a whole interval without a job: measuring stops then.
    await()
        .during(Duration.ofMillis(700))
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              boolean same = probes.get() == before[0];
              before[0] = probes.get();
              return same;
            });
    depth.set(100);
    assertThatThrownBy(() -> estimator.take(LIMITED)).isInstanceOf(TasksException.class);
  }
}
