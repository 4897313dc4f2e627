package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.cli.demo.Check;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code --output json} writes. */
final class Shapes {
  private Shapes() {}

  /** A job that was enqueued. */
  record Enqueued(String id, String run, @Nullable String queue, String type) {
    static Enqueued of(JobId id, String queue, String type) {
      return new Enqueued(id.value(), id.run(), queue, type);
    }
  }

  /** A job with a unique key; {@code heldBy} is the job that does the work instead, if one does. */
  record EnqueuedUnique(
      String id, String run, String queue, String type, boolean admitted, @Nullable String heldBy) {
    static EnqueuedUnique of(JobId id, String queue, String type, @Nullable JobId holder) {
      return new EnqueuedUnique(
          id.value(),
          id.run(),
          queue,
          type,
          holder == null,
          holder == null ? null : holder.value());
    }
  }

  /** Where a platform is. */
  record Addresses(String bootstrap, String api, String registry) {}

  /** What the demonstration proved. */
  record Proof(boolean ok, double seconds, List<Check> checks) {}

  /** Many jobs that were enqueued. */
  record EnqueuedMany(long enqueued, long failed, double seconds) {}

  /** A job that somebody waited for. */
  record Ended(
      String id,
      String run,
      String queue,
      String type,
      JobState state,
      int attempt,
      @Nullable JobFailure error,
      @Nullable JsonNode result) {
    static Ended of(TaskResult done, String queue, String type) {
      return new Ended(
          done.job().value(),
          done.job().run(),
          queue,
          type,
          done.state(),
          done.attempts(),
          done.failure(),
          JsonText.node(done.result()));
    }
  }
}
