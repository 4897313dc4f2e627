package io.clusterdb.tasks.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.it.cluster.Timeline.Late;
import io.clusterdb.tasks.it.cluster.Timeline.Wait;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aJobWaitsFromWhenItsCallerWasToldUntilItBegins() {
    assertThat(
            jobs(
                new Wait("any", 12 * SECOND, 15 * SECOND),
                new Wait("any", 13 * SECOND, 14 * SECOND)))
        .isEqualTo(3);
  }

  @Test
  void whatItWaitedBeforeTheFaultIsNotTheFaults() {
    assertThat(jobs(new Wait("any", 2 * SECOND, 15 * SECOND))).isEqualTo(5);
  }

  @Test
  void whatBeganBeforeOrCameTooLateIsNone() {
    assertThat(
            jobs(
                new Wait("any", 2 * SECOND, 10 * SECOND),
                new Wait("any", 50 * SECOND, 60 * SECOND)))
        .isZero();
    assertThat(jobs(new Wait("any", 49 * SECOND, 60 * SECOND))).isEqualTo(11);
  }

  @Test
  void whatHasNotBegunIsLeftToTheOracle() {
    List<Wait> waits =
        Timeline.waits(Map.of("a", SECOND, "b", SECOND), Map.of("a", 3 * SECOND, "c", SECOND));
    assertThat(waits).containsExactly(new Wait("a", SECOND, 3 * SECOND));
  }

  @Test
  void theLongestComeFirst() {
    Wait brief = new Wait("brief", 1, 3);
    Wait longer = new Wait("longer", 2, 9);
    Wait longest = new Wait("longest", 0, 8);
    assertThat(new Timeline(List.of(brief, longer, longest), List.of(), List.of()).longestJobs(2))
        .containsExactly(longest, longer);
  }

  @Test
  void runsAreCountedForThemselves() {
    Timeline timeline =
        new Timeline(List.of(), List.of(new Wait("any", 11 * SECOND, 18 * SECOND)), List.of());
    assertThat(timeline.runsWaited(10 * SECOND, 20 * SECOND)).isEqualTo(7);
    assertThat(timeline.jobsWaited(10 * SECOND, 20 * SECOND)).isZero();
  }

  @Test
  void timedJobsAreLateByWhatTheyCameAfterTheirTime() {
    Timeline timeline =
        new Timeline(
            List.of(),
            List.of(),
            List.of(
                new Late(9 * SECOND, 9_000),
                new Late(12 * SECOND, 2_500),
                new Late(50 * SECOND, 1_500),
                new Late(51 * SECOND, 8_000)));
    assertThat(timeline.latest(10 * SECOND, 20 * SECOND)).isEqualTo(2.5);
    assertThat(timeline.latest(13 * SECOND, 20 * SECOND)).isEqualTo(1.5);
    assertThat(timeline.latest(14 * SECOND, 19 * SECOND)).isZero();
  }

  private static double jobs(Wait... waits) {
    return new Timeline(List.of(waits), List.of(), List.of()).jobsWaited(10 * SECOND, 20 * SECOND);
  }
}
