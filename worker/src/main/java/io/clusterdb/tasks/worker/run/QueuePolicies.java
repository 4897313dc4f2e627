package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.record.JobRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What applies to a job: its own policies over its type's over its queue's. Immutable; a change of
 * the catalog makes a new one.
 *
 * @param queue the queue's definition
 * @param catalog where types are looked up
 */
public record QueuePolicies(Queue queue, CatalogSnapshot catalog) {
  /** The retry policy of a job. */
  public RetryPolicy retryOf(JobRecord job) {
    RetryPolicy policy = job.retry();
    if (policy == null) {
      TaskDefinition type = catalog.type(job.type());
      policy = type == null || type.retry() == null ? queue.retry() : type.retry();
    }
    return job.maxAttempts() > 0 ? policy.maxAttempts(job.maxAttempts()) : policy;
  }

  /** Attempts after which a job of this policy is a dead letter. */
  public int attemptsOf(RetryPolicy policy) {
    return queue.attemptsOf(policy);
  }

  /** How long an attempt of a job may run, in milliseconds; 0 for no limit. */
  public long timeoutMsOf(JobRecord job) {
    if (job.timeoutMs() > 0) {
      return job.timeoutMs();
    }
    TaskDefinition type = catalog.type(job.type());
    Duration timeout = type == null || type.timeout() == null ? queue.timeout() : type.timeout();
    return millis(timeout);
  }

  private static long millis(@Nullable Duration duration) {
    return duration == null ? 0 : Math.max(1, duration.toMillis());
  }
}
