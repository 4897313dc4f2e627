package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.orchestrator.tracker.engine.Execution;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState.Attempted;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Runs of jobs as users see them. Pure. */
final class Statuses {
  private Statuses() {}

  /**
   * A run.
   *
   * @param leftOut its result, where that is too long to be kept with it
   * @param stale whether it comes from a copy
   */
  static JobStatus of(
      String id, String run, RunState state, @Nullable String leftOut, boolean stale) {
    Attempted last = state.last();
    Execution current =
        last != null && last.standing().attempt() == state.standing().attempt()
            ? last.execution()
            : null;
    return new JobStatus(
        id,
        run,
        state.queue(),
        state.type(),
        state.state(),
        Math.max(1, state.standing().attempt()),
        state.maxAttempts() == 0 ? null : state.maxAttempts(),
        state.lane(),
        Instant.ofEpochMilli(state.createdAt()),
        state.due() == null ? null : time(state.due().at()),
        current == null ? null : time(current.startedAt()),
        time(state.finishedAt()),
        current == null || current.durationMs() < 0
            ? null
            : Duration.ofMillis(current.durationMs()),
        current == null || current.progress() < 0 ? null : current.progress(),
        last == null ? null : last.execution().worker(),
        last == null ? null : error(last.execution()),
        leftOut != null ? leftOut : current == null ? null : current.result(),
        state.metadata(),
        current == null ? null : current.note(),
        state.batchId(),
        stale);
  }

  private static @Nullable JobFailure error(Execution execution) {
    String message = execution.errorMessage();
    return execution.errorType() == null
        ? null
        : new JobFailure(execution.errorType(), message == null ? "" : message);
  }

  private static @Nullable Instant time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }
}
