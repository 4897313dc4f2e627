package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.QueueStats;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobJsonTest {
  private static final Instant TIME = Instant.parse("2026-12-01T10:00:00.123Z");

  @Test
  void whatIsWrittenIsReadAgain() {
    JobStatus full =
        new JobStatus(
            "job-1",
            "run-1",
            "mail",
            "Send",
            JobState.SUCCEEDED,
            2,
            3,
            Priority.HIGH,
            TIME,
            TIME.plusSeconds(1),
            TIME.plusSeconds(2),
            TIME.plusSeconds(3),
            Duration.ofMillis(1_001),
            0.5,
            "worker-1",
            new JobFailure("Odd", "too odd"),
            "{\"sum\":1.10}",
            Map.of("source", "api"),
            "note",
            "batch-1",
            true);
    assertThat(JobJson.parse(JobJson.of(full))).isEqualTo(full);
  }

  @Test
  void whatIsNotKnownIsNullInAFieldThatIsThere() {
    JobStatus bare =
        new JobStatus(
            "job-1",
            "run-1",
            "mail",
            "",
            JobState.QUEUED,
            1,
            null,
            Priority.NORMAL,
            TIME,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of(),
            null,
            null,
            false);
    assertThat(JobJson.of(bare).toString())
        .isEqualTo(
            "{\"id\":\"job-1\",\"run\":\"run-1\",\"queue\":\"mail\",\"type\":\"\",\"state\":\"QUEUED\","
                + "\"attempt\":1,\"maxAttempts\":null,\"priority\":\"normal\","
                + "\"createdAt\":\"2026-12-01T10:00:00.123Z\",\"scheduledFor\":null,"
                + "\"startedAt\":null,\"finishedAt\":null,\"durationMs\":null,\"progress\":null,"
                + "\"worker\":null,\"error\":null,\"result\":null,\"metadata\":{}}");
    assertThat(JobJson.parse(JobJson.of(bare))).isEqualTo(bare);
  }

  @Test
  void statsThatAreWrittenAreReadAgain() {
    Map<JobState, Long> states = new EnumMap<>(JobState.class);
    for (JobState state : JobState.values()) {
      states.put(state, (long) state.name().length());
    }
    Map<Priority, Long> lanes = Map.of(Priority.HIGH, 1L, Priority.NORMAL, 2L, Priority.LOW, 3L);
    QueueStats stats =
        new QueueStats("mail", true, 6, states, lanes, 1.5, 10, 9.5, 0.25, 2, 8, 7, 5);
    assertThat(StatsJson.parse(StatsJson.of(stats))).isEqualTo(stats);
    QueueStats empty = new QueueStats("mail", false, 0, states, lanes, null, 0, 0, 0, 0, 8, 0, 0);
    assertThat(StatsJson.parse(StatsJson.of(empty))).isEqualTo(empty);
  }
}
