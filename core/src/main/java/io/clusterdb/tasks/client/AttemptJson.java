package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.JobAttempt;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Attempts of jobs as the API and scripts see them. Pure. */
public final class AttemptJson {
  private AttemptJson() {}

  /** What an event says of the attempt that it ends. */
  public static JobAttempt of(JobEvent event) {
    Long took = event.getDurationMs();
    return new JobAttempt(
        event.getAttempt(),
        JobState.valueOf(event.getState().name()),
        event.getAt(),
        event.getStartedAt(),
        took == null ? null : Duration.ofMillis(took),
        event.getWorker(),
        event.getError() == null
            ? null
            : new JobFailure(event.getError().getType(), event.getError().getMessage()),
        event.getStackTrace(),
        event.getNote());
  }

  /** What a record's headers say of a failed attempt. */
  public static JobAttempt of(DeadJob.FailedAttempt failed, JobState state) {
    return new JobAttempt(
        failed.attempt(), state, failed.at(), null, null, null, failed.error(), null, null);
  }

  /**
   * {@code {attempt, state, at, startedAt, durationMs, worker, error, stackTrace}}, all of them
   * always there; {@code note} where it is set.
   */
  public static ObjectNode of(JobAttempt attempt) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("attempt", attempt.number()).put("state", attempt.state().name());
    node.put("at", text(attempt.at())).put("startedAt", text(attempt.startedAt()));
    node.put("durationMs", attempt.duration() == null ? null : attempt.duration().toMillis());
    node.put("worker", attempt.worker());
    JobFailure error = attempt.error();
    if (error == null) {
      node.putNull("error");
    } else {
      node.putObject("error").put("type", error.type()).put("message", error.message());
    }
    node.put("stackTrace", attempt.stackTrace());
    if (attempt.note() != null) {
      node.put("note", attempt.note());
    }
    return node;
  }

  /** What {@link #of(JobAttempt)} wrote. */
  static JobAttempt parse(JsonNode node) {
    JsonNode error = node.path("error");
    JsonNode took = node.path("durationMs");
    return new JobAttempt(
        node.path("attempt").asInt(),
        JobState.valueOf(node.path("state").asText()),
        time(node.path("at")),
        time(node.path("startedAt")),
        took.isNumber() ? Duration.ofMillis(took.asLong()) : null,
        string(node.path("worker")),
        error.isObject()
            ? new JobFailure(error.path("type").asText(), error.path("message").asText())
            : null,
        string(node.path("stackTrace")),
        string(node.path("note")));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static @Nullable Instant time(JsonNode value) {
    return value.isTextual() ? Instant.parse(value.asText()) : null;
  }

  private static @Nullable String string(JsonNode value) {
    return value.isTextual() ? value.asText() : null;
  }
}
