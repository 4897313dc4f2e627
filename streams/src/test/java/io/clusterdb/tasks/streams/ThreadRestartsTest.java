package io.clusterdb.tasks.streams;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadRestartsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final ThreadRestarts restarts = new ThreadRestarts("scheduler", nanos::get);

  @Test
  void theFirstFailureIsMendedAtOnceAndFurtherOnesSlowerAndSlower() {
    assertThat(restarts.pause()).isZero();
    assertThat(restarts.pause()).isEqualTo(Duration.ofMillis(100));
    assertThat(restarts.pause()).isEqualTo(Duration.ofMillis(200));
    assertThat(restarts.pause()).isEqualTo(Duration.ofMillis(400));
    for (int i = 0; i < 100; i++) {
      assertThat(restarts.pause()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }
  }

  @Test
  void afterAMinuteWithoutFailureAllIsWellAgain() {
    restarts.pause();
    restarts.pause();
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(restarts.pause()).isZero();
  }

  @Test
  void aFailedThreadIsReplaced() {
    assertThat(restarts.handle(new IllegalStateException("any"))).isEqualTo(REPLACE_THREAD);
  }

  @Test
  void whoseNameAnotherProcessHasTakenDoesNotTakeItBack() {
    FencedInstanceIdException fenced = new FencedInstanceIdException("any");
    assertThat(restarts.handle(fenced)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(restarts.handle(new StreamsException(fenced))).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void aMachineWithoutMemoryIsNotWorkedOn() {
    assertThat(restarts.handle(new OutOfMemoryError("any"))).isEqualTo(SHUTDOWN_CLIENT);
  }
}
