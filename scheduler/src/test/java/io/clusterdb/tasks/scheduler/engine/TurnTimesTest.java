package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TurnTimesTest {
  private final TurnTimes times = new TurnTimes(20, 1_000);

  @Test
  void aTurnIsAtTheFirstTimeOfTheGridWhenSomethingIsDue() {
    assertThat(times.next(105, 100, 100)).isEqualTo(120);
    assertThat(times.next(120, 100, 100)).isEqualTo(120);
    assertThat(times.next(121, 100, 100)).isEqualTo(140);
  }

  @Test
  void whatIsDueAlreadyWaitsForTheGridOnly() {
    assertThat(times.next(0, 100, 100)).isEqualTo(120);
    assertThat(times.next(0, 101, 101)).isEqualTo(120);
  }

  @Test
  void theSchedulersClockMayDifferFromTheMachines() {
    assertThat(times.next(5_060, 5_000, 100)).isEqualTo(160);
  }

  @Test
  void theSchedulersClockIsLookedAtNowAndThen() {
    assertThat(times.next(Long.MAX_VALUE - 1, 100, 100)).isEqualTo(1_100);
  }

  @Test
  void refusesAGridOfNothing() {
    assertThatThrownBy(() -> new TurnTimes(0, 10)).hasMessageContaining("found 0 and 10");
  }
}
