package io.clusterdb.tasks.orchestrator.tracker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.orchestrator.tracker.engine.Expiry.Rule;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private final Expiry expiry = new Expiry(100);

  @Test
  void whatEndedIsForgottenAfterTheShorterOfBothTimes() {
    RunState done = run(Stage.SUCCEEDED, false);
    assertThat(expiry.expired(done, new Rule.Retention(50), 1_050)).isFalse();
    assertThat(expiry.expired(done, new Rule.Retention(50), 1_051)).isTrue();
    assertThat(expiry.expired(done, new Rule.Retention(500), 1_100)).isFalse();
    assertThat(expiry.expired(done, new Rule.Retention(500), 1_101)).isTrue();
  }

  @Test
  void deadLettersAreKeptAsLongAsTheQueueSaysUnlessTheyAreGone() {
    assertThat(expiry.expired(run(Stage.DEAD, false), new Rule.Retention(500), 1_400)).isFalse();
    assertThat(expiry.expired(run(Stage.DEAD, false), new Rule.Retention(500), 1_501)).isTrue();
    assertThat(expiry.expired(run(Stage.DEAD, true), new Rule.Retention(500), 1_101)).isTrue();
  }

  @Test
  void whatHasNotEndedIsKeptWhileItsQueueExists() {
    assertThat(expiry.expired(run(Stage.QUEUED, false), new Rule.Retention(1), 9_000)).isFalse();
    assertThat(expiry.expired(run(Stage.QUEUED, false), new Rule.Gone(), 1_101)).isTrue();
  }

  @Test
  void ratesAreOfTheLastMinute() {
    RateWindow window = new RateWindow();
    for (long second = 0; second < 200; second++) {
      window.count(second * 1_000);
      window.count(second * 1_000 + 500);
    }
    assertThat(window.count60(199_999)).isEqualTo(120);
    assertThat(window.count60(229_999)).isEqualTo(60);
    assertThat(window.count60(400_000)).isZero();
    window.count(1_000); // long past
    assertThat(window.count60(199_999)).isEqualTo(120);
  }

  private static RunState run(Stage stage, boolean gone) {
    Standing standing = new Standing(stage, 1, 1_000, new Place(Source.EVENTS, 0, 1));
    RunState run =
        Merge.add(
            null,
            new Fact(
                "job",
                "run",
                standing,
                "q",
                "T",
                Priority.NORMAL,
                900,
                0,
                0,
                null,
                Map.of(),
                null,
                false));
    return gone
        ? Merge.add(
            run,
            new Fact(
                "job",
                "run",
                new Standing(Stage.DEAD, 0, 1_000, new Place(Source.DEAD_LETTERS, 0, 1)),
                "q",
                "",
                Priority.NORMAL,
                0,
                0,
                0,
                null,
                Map.of(),
                null,
                true))
        : run;
  }
}
