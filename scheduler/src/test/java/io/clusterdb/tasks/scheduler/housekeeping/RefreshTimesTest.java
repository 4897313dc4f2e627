package io.clusterdb.tasks.scheduler.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefreshTimesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RefreshTimes times = new RefreshTimes(Duration.ofHours(12), nanos::get);

  @Test
  void aGroupIsDueAtFirstAndThenNoMoreOftenThanNeeded() {
    assertThat(times.isDue("tasks.mail")).isTrue();
    times.refreshed("tasks.mail");
    nanos.addAndGet(Duration.ofHours(11).toNanos());
    assertThat(times.isDue("tasks.mail")).isFalse();
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    assertThat(times.isDue("tasks.mail")).isTrue();
  }

  @Test
  void groupsThatAreGoneAreForgotten() {
    times.refreshed("tasks.mail");
    times.keepOnly(Set.of());
    assertThat(times.isDue("tasks.mail")).isTrue();
  }
}
