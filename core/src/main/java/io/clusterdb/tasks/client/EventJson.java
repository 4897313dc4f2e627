package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import org.jspecify.annotations.Nullable;

/** Events as people and scripts see them. Pure. */
public final class EventJson {
  private EventJson() {}

  /**
   * {@code {at, jobId, run, queue, type, state, attempt, durationMs, worker, error, result}}, all
   * of them always there; {@code progress}, {@code nextAttemptAt}, {@code note} and {@code
   * stackTrace} where they are set.
   */
  public static ObjectNode of(JobEvent event) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("at", event.getAt().toString());
    node.put("jobId", event.getJobId());
    node.put("run", event.getRun());
    node.put("queue", event.getQueue());
    node.put("type", event.getType());
    node.put("state", event.getState().name());
    node.put("attempt", event.getAttempt());
    node.put("durationMs", event.getDurationMs());
    node.put("worker", event.getWorker());
    node.set("error", error(event.getError()));
    node.set("result", event.getResult() == null ? null : Json.exact(event.getResult()));
    if (event.getProgress() != null) {
      node.put("progress", event.getProgress());
    }
    if (event.getNextAttemptAt() != null) {
      node.put("nextAttemptAt", event.getNextAttemptAt().toString());
    }
    if (event.getNote() != null) {
      node.put("note", event.getNote());
    }
    if (event.getStackTrace() != null) {
      node.put("stackTrace", event.getStackTrace());
    }
    return node;
  }

  private static @Nullable ObjectNode error(@Nullable JobError error) {
    return error == null
        ? null
        : Json.mapper()
            .createObjectNode()
            .put("type", error.getType())
            .put("message", error.getMessage());
  }
}
