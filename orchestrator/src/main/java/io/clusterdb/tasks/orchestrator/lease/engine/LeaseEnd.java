package io.clusterdb.tasks.orchestrator.lease.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a lease ended. */
public sealed interface LeaseEnd {
  /** Its holder says that the job is done. */
  record Completed(@Nullable JsonNode result) implements LeaseEnd {}

  /**
   * Its holder says that the attempt failed.
   *
   * @param retryAfter wait before another attempt; null for the policy's
   * @param permanent whether no further attempt can succeed
   * @param stackTrace where it failed, as text; null for nothing
   */
  record Failed(
      String type,
      String message,
      @Nullable Duration retryAfter,
      boolean permanent,
      @Nullable String stackTrace)
      implements LeaseEnd {}

  /** Its time was up. */
  record Expired() implements LeaseEnd {}

  /** It went to nobody: its caller had left. */
  record Returned() implements LeaseEnd {}

  /** The attempt ended without its holder: cancelled, timed out, or moved to another worker. */
  record Lost() implements LeaseEnd {}
}
