package io.clusterdb.tasks.orchestrator.lease.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HoldTest {
  private static final long START = Long.MAX_VALUE - 5; // a monotonic clock may wrap

  private final Hold hold = new Hold(at(0), Duration.ofNanos(100));

  private static long at(long nanos) {
    return START + nanos;
  }

  @Test
  void isHeldUntilItsTimeIsUp() {
    assertThat(hold.end(at(99))).isNull();
    assertThat(hold.end(at(100))).isEqualTo(new LeaseEnd.Expired());
  }

  @Test
  void endsOnce() {
    assertThat(hold.end(new LeaseEnd.Completed(null), at(1))).isTrue();
    assertThat(hold.end(new LeaseEnd.Lost(), at(2))).isFalse();
    assertThat(hold.end(at(1_000))).isEqualTo(new LeaseEnd.Completed(null));
  }

  @Test
  void isNeitherEndedNorExtendedAfterItsTime() {
    assertThat(hold.end(new LeaseEnd.Completed(null), at(100))).isFalse();
    assertThat(hold.extend(at(100), Duration.ofSeconds(1))).isFalse();
    assertThat(hold.end(at(100))).isEqualTo(new LeaseEnd.Expired());
  }

  @Test
  void lastsFromItsExtensionOn() {
    assertThat(hold.extend(at(60), Duration.ofNanos(100))).isTrue();
    assertThat(hold.end(at(159))).isNull();
    assertThat(hold.left(at(159))).isEqualTo(1);
    assertThat(hold.end(at(160))).isEqualTo(new LeaseEnd.Expired());
  }
}
