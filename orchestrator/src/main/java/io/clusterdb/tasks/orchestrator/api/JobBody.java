package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.http.Fields;
import io.clusterdb.tasks.http.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job as callers describe it in JSON. */
final class JobBody {
  private static final List<String> FIELDS =
      List.of(
          "type",
          "payload",
          "payloadBase64",
          "contentType",
          "id",
          "key",
          "priority",
          "delay",
          "at",
          "timeout",
          "uniqueKey",
          "batchId",
          "metadata");

  private JobBody() {}

  /**
   * Reads a job.
   *
   * @param where its path in the body, for messages
   * @throws ProblemException 400 with what is wrong
   */
  static Job read(String where, JsonNode node, String queue) {
    Fields fields = Fields.of(where, node, FIELDS);
    Job.Builder job = Job.of(fields.required("type"), payload(fields)).queue(queue);
    Priority priority = fields.parsed("priority", "one of high, normal, low", Priority::parse);
    try {
      return job.id(fields.text("id"))
          .key(fields.text("key"))
          .priority(priority == null ? Priority.NORMAL : priority)
          .schedule(schedule(fields))
          .timeout(fields.duration("timeout"))
          .uniqueKey(fields.text("uniqueKey"))
          .batchId(fields.text("batchId"))
          .metadata(fields.texts("metadata"))
          .build();
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "%s%s.".formatted(where.isEmpty() ? "" : where + ": ", e.getMessage()));
    }
  }

  private static @Nullable Schedule schedule(Fields fields) {
    Duration delay = fields.duration("delay");
    Instant at = fields.time("at");
    if (delay != null && at != null) {
      throw fields.bad("delay", "either delay or at");
    }
    if (delay != null) {
      return Schedule.after(delay);
    }
    return at == null ? null : Schedule.at(at);
  }

  private static @Nullable Payload payload(Fields fields) {
    String encoded = fields.text("payloadBase64");
    if (encoded == null) {
      return fields
          .any("payload")
          .filter(value -> !value.isNull())
          .map(value -> Payload.json(value.toString()))
          .orElse(null);
    }
    if (fields.any("payload").isPresent()) {
      throw fields.bad("payload", "either payload or payloadBase64");
    }
    String type = fields.text("contentType");
    byte[] bytes =
        fields.parsed("payloadBase64", "Base64 as RFC 4648 has it", Base64.getDecoder()::decode);
    return Payload.of(bytes == null ? new byte[0] : bytes, type == null ? Payload.BYTES : type);
  }
}
