package io.clusterdb.tasks.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TicksTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void oneForEachSecondIsAllThatIsAskedFor() {
    assertThat(ticks(0, 1, 2, 3).breaches(NOON.plusSeconds(3))).isEmpty();
  }

  @Test
  void aSecondWithoutOneIsABreach() {
    assertThat(ticks(0, 1, 3).breaches(NOON))
        .containsExactly("no tick between 2026-01-01T12:00:01Z and 2026-01-01T12:00:03Z");
  }

  @Test
  void soIsASecondWithTwo() {
    assertThat(ticks(0, 1, 1, 2).breaches(NOON)).hasSize(1);
  }

  @Test
  void soIsAScheduleThatStopped() {
    assertThat(ticks(0, 1, 2).breaches(NOON.plusMillis(2_001)))
        .containsExactly(
            "the last tick is that of 2026-01-01T12:00:02Z, load went on until"
                + " 2026-01-01T12:00:02.001Z");
  }

  @Test
  void soIsOneThatNeverBegan() {
    assertThat(ticks().breaches(NOON)).singleElement().asString().contains("no time");
  }

  @Test
  void othersAndFurtherAttemptsAreNone() {
    Ticks ticks =
        Ticks.of(
            List.of(
                "tick@2026-01-01T12:00:01Z/1",
                "plain-7/1",
                "tick@2026-01-01T12:00:00Z/1",
                "tick@2026-01-01T12:00:00Z/2"));
    assertThat(ticks.times()).containsExactly(NOON, NOON.plusSeconds(1));
  }

  private static Ticks ticks(int... seconds) {
    return new Ticks(Arrays.stream(seconds).mapToObj(second -> NOON.plusSeconds(second)).toList());
  }
}
