package io.clusterdb.tasks.orchestrator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.DeadJob.FailedAttempt;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of the attempts of a run. */
class EndedAttemptsTest {
  private static final Instant FIRST = Instant.parse("2026-12-01T00:00:00Z");
  private static final Instant SECOND = FIRST.plusSeconds(5);

  private static FailedAttempt told(int attempt, Instant at) {
    return new FailedAttempt(attempt, at, new JobFailure("Busy", "later"));
  }

  private static JobEvent event(String run, int attempt, JobState state, Instant at) {
    JobEvent event = new JobEvent();
    event.setAt(at);
    event.setJobId("job");
    event.setRun(run);
    event.setQueue("q");
    event.setType("t");
    event.setState(state);
    event.setAttempt(attempt);
    event.setMetadata(Map.of());
    event.setStartedAt(at.minusSeconds(1));
    if (state != JobState.SUCCEEDED) {
      event.setError(new JobError("Busy", "later"));
    }
    return event;
  }

  @Test
  void looksWhereTheRecordAndTheEndSayThatSomethingHappened() {
    EndedAttempts attempts = new EndedAttempts("r", 2, List.of(told(1, FIRST)), SECOND);
    assertThat(attempts.times()).containsExactly(FIRST, SECOND);
    assertThat(attempts.complete()).isFalse();

    attempts.add(event("another", 1, JobState.RETRYING, FIRST));
    attempts.add(event("r", 2, JobState.RUNNING, SECOND));
    assertThat(attempts.times()).containsExactly(FIRST, SECOND);

    attempts.add(event("r", 1, JobState.RETRYING, FIRST));
    assertThat(attempts.times()).containsExactly(SECOND);
    attempts.add(event("r", 2, JobState.DEAD, SECOND));
    assertThat(attempts.times()).isEmpty();
    assertThat(attempts.complete()).isTrue();
    assertThat(attempts.found()).extracting(JobEvent::getAttempt).containsExactly(1, 2);
    assertThat(attempts.gone()).isEmpty();
  }

  @Test
  void whatTheLogHasLostIsToldByTheRecord() {
    EndedAttempts attempts =
        new EndedAttempts("r", 2, List.of(told(2, SECOND), told(1, FIRST)), SECOND);
    attempts.add(event("r", 2, JobState.DEAD, SECOND));
    assertThat(attempts.complete()).isFalse();
    assertThat(attempts.gone()).containsExactly(told(1, FIRST));
  }

  @Test
  void anAttemptWhoseHandlerNeverRanIsNone() {
    EndedAttempts attempts = new EndedAttempts("r", 1, List.of(), SECOND);
    JobEvent cancelled = event("r", 1, JobState.CANCELLED, SECOND);
    cancelled.setStartedAt(null);
    cancelled.setError(null);
    attempts.add(cancelled);
    assertThat(attempts.complete()).isTrue();
    assertThat(attempts.found()).isEmpty();
  }
}
