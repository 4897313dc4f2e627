package io.clusterdb.tasks.worker.handler;

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

/** An attempt as a handler sees it. */
record FakeContext(JobInfo job, Payload payload, Map<String, String> headers)
    implements JobContext {
  static final Instant DEADLINE = Instant.parse("2026-12-01T00:05:00Z");

  static FakeContext of(Payload payload) {
    return of(payload, "order-1", Map.of());
  }

  static FakeContext of(Payload payload, @Nullable String key, Map<String, String> metadata) {
    JobInfo job =
        new JobInfo(
            "job-1",
            "run-1",
            "hash",
            "files",
            key,
            Priority.HIGH,
            2,
            3,
            Instant.parse("2026-12-01T00:00:00Z"),
            "batch-1",
            metadata);
    return new FakeContext(job, payload, Map.of("traceparent", "00-a-b-01"));
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  @Override
  public Optional<Instant> deadline() {
    return Optional.of(DEADLINE);
  }

  @Override
  public long fencingToken() {
    return 7;
  }

  @Override
  public void progress(double fraction, @Nullable String note) {}

  @Override
  public JobId enqueue(Job next) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean cancelled() {
    return false;
  }

  @Override
  public Logger logger() {
    return LoggerFactory.getLogger("hash");
  }
}
