package io.clusterdb.tasks.orchestrator.lease;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of a job, without one. */
record FakeContext(Payload payload) implements JobContext {
  @Override
  public JobInfo job() {
    return new JobInfo(
        "job-1",
        "run-1",
        "T",
        "q",
        null,
        Priority.HIGH,
        1,
        3,
        Instant.EPOCH,
        null,
        Map.of("a", "b"));
  }

  @Override
  public Optional<Instant> deadline() {
    return Optional.of(Instant.EPOCH.plusSeconds(30));
  }

  @Override
  public long fencingToken() {
    return 5;
  }

  @Override
  public void progress(double fraction, @Nullable String note) {}

  @Override
  public JobId enqueue(Job job) {
    throw new UnsupportedOperationException("a lease enqueues nothing");
  }

  @Override
  public boolean cancelled() {
    return false;
  }

  @Override
  public Logger logger() {
    return LoggerFactory.getLogger("test");
  }
}
