package io.clusterdb.tasks.orchestrator.lease.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HoldTest {
  private static final long START = Long.MAX_VALUE - 5; // a monotonic clock may wrap

  private final Hold hold = new Hold(START, Duration.ofNanos(100));

  @Test
  void isHeldUntilItsTimeIsUp() {
    assertThat(hold.end(START + 99)).isNull();
    assertThat(hold.end(START + 100)).isEqualTo(new LeaseEnd.Expired());
  }

  @Test
  void endsOnce() {
    assertThat(hold.end(new LeaseEnd.Completed(null), START + 1)).isTrue();
    assertThat(hold.end(new LeaseEnd.Lost(), START + 2)).isFalse();
    assertThat(hold.end(START + 1_000)).isEqualTo(new LeaseEnd.Completed(null));
  }

  @Test
  void isNeitherEndedNorExtendedAfterItsTime() {
    assertThat(hold.end(new LeaseEnd.Completed(null), START + 100)).isFalse();
    assertThat(hold.extend(START + 100, Duration.ofSeconds(1))).isFalse();
    assertThat(hold.end(START + 100)).isEqualTo(new LeaseEnd.Expired());
  }

  @Test
  void lastsFromItsExtensionOn() {
    assertThat(hold.extend(START + 60, Duration.ofNanos(100))).isTrue();
    assertThat(hold.end(START + 159)).isNull();
    assertThat(hold.left(START + 159)).isEqualTo(1);
    assertThat(hold.end(START + 160)).isEqualTo(new LeaseEnd.Expired());
  }
}
