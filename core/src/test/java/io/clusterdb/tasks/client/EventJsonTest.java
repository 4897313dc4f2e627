package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventJsonTest {
  private static JobEvent.Builder event(JobState state) {
    return JobEvent.newBuilder()
        .setAt(Instant.parse("2026-12-01T00:00:00.125Z"))
        .setJobId("job-1")
        .setRun("aaaa")
        .setQueue("files")
        .setType("sha256")
        .setState(state)
        .setAttempt(1);
  }

  @Test
  void aResultIsTheJsonThatTheHandlerGave() {
    assertThat(
            EventJson.of(
                event(JobState.SUCCEEDED)
                    .setDurationMs(12L)
                    .setWorker("w")
                    .setResult("{\"sum\":1.0}")
                    .build()))
        .hasToString(
            "{\"at\":\"2026-12-01T00:00:00.125Z\",\"jobId\":\"job-1\",\"run\":\"aaaa\","
                + "\"queue\":\"files\",\"type\":\"sha256\",\"state\":\"SUCCEEDED\",\"attempt\":1,"
                + "\"durationMs\":12,\"worker\":\"w\",\"error\":null,\"result\":{\"sum\":1.0}}");
  }

  @Test
  void aFailureSaysItsErrorAndTheNextAttempt() {
    assertThat(
            EventJson.of(
                event(JobState.RETRYING)
                    .setError(new JobError("ExecError", "exit 1"))
                    .setNextAttemptAt(Instant.parse("2026-12-01T00:00:01Z"))
                    .build()))
        .hasToString(
            "{\"at\":\"2026-12-01T00:00:00.125Z\",\"jobId\":\"job-1\",\"run\":\"aaaa\","
                + "\"queue\":\"files\",\"type\":\"sha256\",\"state\":\"RETRYING\",\"attempt\":1,"
                + "\"durationMs\":null,\"worker\":null,"
                + "\"error\":{\"type\":\"ExecError\",\"message\":\"exit 1\"},\"result\":null,"
                + "\"nextAttemptAt\":\"2026-12-01T00:00:01Z\"}");
  }
}
