package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.codec.Sealing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** States of jobs as the API and scripts see them. Pure. */
public final class JobJson {
  private JobJson() {}

  /**
   * {@code {id, run, queue, type, state, attempt, maxAttempts, priority, createdAt, scheduledFor,
   * startedAt, finishedAt, durationMs, progress, worker, error, result, metadata}}, all of them
   * always there; {@code note}, {@code batchId} and {@code stale} where they are set.
   */
  public static ObjectNode of(JobStatus job) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", job.id()).put("run", job.run());
    node.put("queue", job.queue()).put("type", job.type());
    node.put("state", job.state().name()).put("attempt", job.attempt());
    node.put("maxAttempts", job.maxAttempts());
    node.put("priority", job.priority().lane());
    node.put("createdAt", job.createdAt().toString());
    node.put("scheduledFor", text(job.scheduledFor()));
    node.put("startedAt", text(job.startedAt()));
    node.put("finishedAt", text(job.finishedAt()));
    node.put("durationMs", job.duration() == null ? null : job.duration().toMillis());
    node.put("progress", job.progress());
    node.put("worker", job.worker());
    node.set("error", error(job.error()));
    node.set("result", job.result() == null ? null : Json.exact(job.result()));
    ObjectNode metadata = node.putObject("metadata");
    new TreeMap<>(job.metadata()).forEach(metadata::put);
    if (job.note() != null) {
      node.put("note", job.note());
    }
    if (job.batchId() != null) {
      node.put("batchId", job.batchId());
    }
    if (job.stale()) {
      node.put("stale", true);
    }
    return node;
  }

  /** What {@link #of} wrote. */
  public static JobStatus parse(JsonNode node) {
    return parse(node, Sealing.NONE);
  }

  /** What {@link #of} wrote, with the result open if it can be opened. */
  static JobStatus parse(JsonNode node, Sealing sealing) {
    Map<String, String> metadata = new HashMap<>();
    node.path("metadata")
        .properties()
        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
    JsonNode result = node.path("result");
    JsonNode error = node.path("error");
    JsonNode attempts = node.path("maxAttempts");
    JsonNode progress = node.path("progress");
    JsonNode duration = node.path("durationMs");
    return new JobStatus(
        node.path("id").asText(),
        node.path("run").asText(),
        node.path("queue").asText(),
        node.path("type").asText(),
        JobState.valueOf(node.path("state").asText()),
        node.path("attempt").asInt(),
        attempts.isNumber() ? attempts.asInt() : null,
        Priority.parse(node.path("priority").asText()),
        Instant.parse(node.path("createdAt").asText()),
        time(node, "scheduledFor"),
        time(node, "startedAt"),
        time(node, "finishedAt"),
        duration.isNumber() ? Duration.ofMillis(duration.asLong()) : null,
        progress.isNumber() ? progress.asDouble() : null,
        string(node, "worker"),
        error.isObject()
            ? new JobFailure(error.path("type").asText(), error.path("message").asText())
            : null,
        result.isMissingNode() || result.isNull() ? null : sealing.openResult(result.toString()),
        metadata,
        string(node, "note"),
        string(node, "batchId"),
        node.path("stale").asBoolean());
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static @Nullable ObjectNode error(@Nullable JobFailure error) {
    return error == null
        ? null
        : Json.mapper()
            .createObjectNode()
            .put("type", error.type())
            .put("message", error.message());
  }

  private static @Nullable Instant time(JsonNode node, String field) {
    String text = string(node, field);
    return text == null ? null : Instant.parse(text);
  }

  private static @Nullable String string(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.asText() : null;
  }
}
