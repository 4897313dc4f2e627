package io.clusterdb.tasks.it;

import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.time.Instant;
import java.util.Map;

/** Events that tests write themselves. */
final class Events {
  private Events() {}

  static JobEvent succeeded(String jobId) {
    return JobEvent.newBuilder()
        .setAt(Instant.ofEpochMilli(1_790_000_000_000L))
        .setJobId(jobId)
        .setRun("run-of-" + jobId)
        .setQueue("default")
        .setType("ProcessOrder")
        .setState(JobState.SUCCEEDED)
        .setAttempt(1)
        .setDurationMs(12L)
        .setResult("{\"ok\":true}")
        .setMetadata(Map.of("source", "api"))
        .build();
  }

  static JobEvent retrying(String jobId) {
    return JobEvent.newBuilder(succeeded(jobId))
        .setState(JobState.RETRYING)
        .setResult(null)
        .setError(new JobError("TransientError", "größer als erwartet"))
        .build();
  }
}
