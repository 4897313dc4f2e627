package io.clusterdb.tasks;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job that this caller has until {@link #expiresAt}: it completes or fails the lease by then, or
 * extends it; otherwise the attempt has failed with {@code LEASE_LOST}, and the job's retry policy
 * decides what follows. Immutable and thread-safe.
 */
public interface LeasedJob {
  /** The lease, for {@link QueueManager#completeJob} and its kin, in any process. */
  String lease();

  /** The job. */
  JobInfo job();

  /** The payload as it stands on the log, but for the white space of JSON. */
  Payload payload();

  /**
   * The payload as this type, as a handler would get it; null if the job has none.
   *
   * @throws TasksException INVALID_PAYLOAD if it cannot be read so
   */
  <T> @Nullable T payload(Class<T> type);

  /** When the lease ended as this job was handed out; by the service's clock. */
  Instant expiresAt();

  /** When the attempt times out, whatever the lease says; empty where nothing limits it. */
  Optional<Instant> deadline();

  /** As {@link JobContext#fencingToken}. */
  long fencingToken();
}
