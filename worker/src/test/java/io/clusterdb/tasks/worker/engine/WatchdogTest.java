package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private static final long SECOND = 1_000_000_000L;

  private final Watchdog<String> watchdog = new Watchdog<>(Duration.ofSeconds(10));

  @Test
  void namesAPartitionWithoutProgressOncePerThreshold() {
    assertThat(watchdog.observe("p", 5, true, 0)).isEmpty();
    assertThat(watchdog.observe("p", 5, true, 9 * SECOND)).isEmpty();
    assertThat(watchdog.observe("p", 5, true, 11 * SECOND))
        .contains(new Watchdog.Stall<>("p", Duration.ofSeconds(11)));
    assertThat(watchdog.observe("p", 5, true, 12 * SECOND)).isEmpty();
    assertThat(watchdog.observe("p", 5, true, 35 * SECOND)).isPresent();
    assertThat(watchdog.observe("p", 5, true, 36 * SECOND)).isEmpty();
  }

  @Test
  void startsAgainWithProgress() {
    watchdog.observe("p", 5, true, 0);
    assertThat(watchdog.observe("p", 6, true, 11 * SECOND)).isEmpty();
    assertThat(watchdog.observe("p", 6, true, 20 * SECOND)).isEmpty();
    assertThat(watchdog.observe("p", 6, true, 21 * SECOND)).isPresent();
  }

  @Test
  void leavesIdlePartitionsAlone() {
    watchdog.observe("p", 5, false, 0);
    assertThat(watchdog.observe("p", 5, false, 60 * SECOND)).isEmpty();
    assertThat(watchdog.observe("p", 5, true, 61 * SECOND)).isEmpty();
    assertThat(watchdog.observe("p", 5, true, 71 * SECOND)).isPresent();
  }

  @Test
  void forgetsWhatIsNoLongerOwned() {
    watchdog.observe("p", 5, true, 0);
    watchdog.forget("p");
    assertThat(watchdog.observe("p", 5, true, 60 * SECOND)).isEmpty();
  }
}
