package io.clusterdb.tasks.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The oracle is handed runs that break what is guaranteed, and must say so. */
class EventRulesTest {
  @Test
  void aRunThatFailsIsRetriedAndEndsBreaksNothing() {
    assertThat(breaches("RUNNING 1", "RETRYING 1", "RUNNING 2", "SUCCEEDED 2")).isEmpty();
    assertThat(breaches("SCHEDULED 1", "QUEUED 1", "RUNNING 1", "DEAD 1")).isEmpty();
    assertThat(breaches()).isEmpty();
  }

  @Test
  void anOutcomeThatIsThereTwiceIsTold() {
    assertThat(breaches("RUNNING 1", "RETRYING 1", "RETRYING 1", "SUCCEEDED 2"))
        .containsExactly("a/r has two outcomes of attempt 1");
    assertThat(breaches("RUNNING 1", "SUCCEEDED 1", "SUCCEEDED 1"))
        .containsExactly(
            "a/r has two outcomes of attempt 1",
            "a/r ended SUCCEEDED with attempt 1 and was SUCCEEDED with attempt 1 after that");
  }

  @Test
  void anOutcomeAfterTheEndIsTold() {
    for (String end : List.of("SUCCEEDED", "DEAD", "CANCELLED")) {
      assertThat(breaches("RUNNING 1", end + " 1", "RETRYING 2"))
          .containsExactly(
              "a/r ended %s with attempt 1 and was RETRYING with attempt 2 after that"
                  .formatted(end));
    }
  }

  @Test
  void everyOtherEndAfterTheFirstIsTold() {
    assertThat(breaches("SUCCEEDED 1", "DEAD 2", "CANCELLED 3"))
        .containsExactly(
            "a/r ended SUCCEEDED with attempt 1 and was DEAD with attempt 2 after that",
            "a/r ended DEAD with attempt 2 and was CANCELLED with attempt 3 after that");
  }

  /** What is told while it runs is told at least once, and late by a worker that lost its job. */
  @Test
  void whatIsNoOutcomeMayComeTwiceAndAfterTheEnd() {
    assertThat(breaches("RUNNING 1", "RUNNING 1", "SUCCEEDED 1", "RUNNING 1", "QUEUED 1"))
        .isEmpty();
  }

  /** Jobs end without a beginning: cancelled while they wait, malformed, or tracked no closer. */
  @Test
  void anEndWithoutABeginningBreaksNothing() {
    for (String end : List.of("SUCCEEDED 1", "DEAD 1", "CANCELLED 1", "RETRYING 3")) {
      assertThat(breaches(end)).isEmpty();
    }
  }

  private static List<String> breaches(String... events) {
    return EventRules.breaches("a/r", Stream.of(events).map(EventRulesTest::event).toList());
  }

  private static JobEvent event(String text) {
    String[] parts = text.split(" ", -1);
    return JobEvent.newBuilder()
        .setAt(Instant.EPOCH)
        .setJobId("a")
        .setRun("r")
        .setQueue("q")
        .setType("t")
        .setState(JobState.valueOf(parts[0]))
        .setAttempt(Integer.parseInt(parts[1]))
        .build();
  }
}
