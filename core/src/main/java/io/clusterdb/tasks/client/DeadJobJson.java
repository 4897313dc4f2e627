package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Dead letters as people and scripts see them. Pure. */
public final class DeadJobJson {
  private DeadJobJson() {}

  /**
   * {@code {id, run, queue, type, state, attempt, priority, createdAt, finishedAt, error, errors,
   * metadata}}.
   */
  public static ObjectNode summary(DeadJob job) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", job.id());
    node.put("run", job.run());
    node.put("queue", job.queue());
    node.put("type", job.type());
    node.put("state", "DEAD");
    node.put("attempt", job.attempt());
    node.put("priority", job.priority());
    node.put("createdAt", time(job.createdAt()));
    node.put("finishedAt", time(job.failedAt()));
    node.putObject("error").put("type", job.error().type()).put("message", job.error().message());
    ArrayNode errors = node.putArray("errors");
    for (DeadJob.FailedAttempt failure : job.failures()) {
      errors
          .addObject()
          .put("attempt", failure.attempt())
          .put("at", time(failure.at()))
          .put("type", failure.error().type())
          .put("message", failure.error().message());
    }
    job.metadata().forEach(node.putObject("metadata")::put);
    return node;
  }

  /** As {@link #summary}, with {@code contentType} and {@code payload}: JSON, text, or Base64. */
  public static ObjectNode of(DeadJob job) {
    ObjectNode node = summary(job);
    node.put("contentType", job.payload().contentType());
    node.set("payload", payload(job.payload()));
    if (job.payloadRef() != null) {
      node.put("payloadRef", job.payloadRef());
    }
    return node;
  }

  private static JsonNode payload(Payload payload) {
    if (payload.bytes() == null) {
      return NullNode.getInstance();
    }
    if (payload.contentType().equals(Payload.JSON)) {
      return Json.exact(payload.text());
    }
    return payload.contentType().startsWith("text/")
        ? TextNode.valueOf(payload.text())
        : BinaryNode.valueOf(payload.bytes());
  }

  private static @Nullable String time(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
