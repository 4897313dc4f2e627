package io.clusterdb.tasks.worker.middleware;

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

/** An attempt as middleware sees it. */
record FakeContext(Payload payload, boolean cancelled, Logger logger) implements JobContext {
  @Override
  public JobInfo job() {
    return new JobInfo(
        "job-1",
        "run-1",
        "charge",
        "orders",
        null,
        Priority.NORMAL,
        1,
        3,
        Instant.EPOCH,
        null,
        Map.of());
  }

  @Override
  public Optional<Instant> deadline() {
    return Optional.empty();
  }

  @Override
  public long fencingToken() {
    return 0;
  }

  @Override
  public void progress(double fraction, @Nullable String note) {}

  @Override
  public JobId enqueue(Job next) {
    throw new UnsupportedOperationException();
  }
}
