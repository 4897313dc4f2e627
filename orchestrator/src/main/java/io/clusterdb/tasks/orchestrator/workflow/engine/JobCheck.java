package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import org.jspecify.annotations.Nullable;

/** Says whether a job can be enqueued: whether its queue exists and takes it. */
@FunctionalInterface
public interface JobCheck {
  /** Why not; null if it can. */
  @Nullable JobFailure refuse(Effect.RunJob job);
}
