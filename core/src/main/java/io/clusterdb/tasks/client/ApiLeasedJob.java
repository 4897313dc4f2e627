package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A leased job as the API describes it. */
record ApiLeasedJob(
    String lease,
    JobInfo job,
    Payload payload,
    Instant expiresAt,
    Optional<Instant> deadline,
    long fencingToken,
    TasksRuntime runtime)
    implements LeasedJob {

  static ApiLeasedJob parse(JsonNode json, TasksRuntime runtime) {
    return new ApiLeasedJob(
        json.path("lease").asText(),
        job(json.path("job")),
        payload(json),
        Instant.parse(json.path("expiresAt").asText()),
        text(json.path("deadline")).map(Instant::parse),
        json.path("fencingToken").asLong(),
        runtime);
  }

  private static JobInfo job(JsonNode json) {
    Map<String, String> metadata = new HashMap<>();
    json.path("metadata")
        .properties()
        .forEach(each -> metadata.put(each.getKey(), each.getValue().asText()));
    return new JobInfo(
        json.path("id").asText(),
        json.path("run").asText(),
        json.path("type").asText(),
        json.path("queue").asText(),
        text(json.path("key")).orElse(null),
        Priority.valueOf(json.path("priority").asText("normal").toUpperCase(Locale.ROOT)),
        json.path("attempt").asInt(),
        json.path("maxAttempts").asInt(),
        Instant.parse(json.path("createdAt").asText()),
        text(json.path("batchId")).orElse(null),
        Map.copyOf(metadata));
  }

  private static Payload payload(JsonNode json) {
    JsonNode value = json.path("payload");
    String contentType = json.path("contentType").asText(Payload.JSON);
    if (value.isNull() || value.isMissingNode()) {
      return new Payload(null, contentType);
    }
    byte[] bytes =
        json.path("encoding").asText().equals("base64")
            ? Base64.getDecoder().decode(value.asText())
            : value.toString().getBytes(StandardCharsets.UTF_8);
    return new Payload(bytes, contentType);
  }

  private static Optional<String> text(JsonNode json) {
    return json.isTextual() ? Optional.of(json.asText()) : Optional.empty();
  }

  @Override
  public <T> @Nullable T payload(Class<T> type) {
    return runtime
        .codecs(List.of())
        .decode(runtime.names().queue(job.queue()), payload.bytes(), payload.contentType(), type);
  }

  /** Without the payload, which is none of a log's business. */
  @Override
  public String toString() {
    return "LeasedJob[" + job.id() + ", attempt " + job.attempt() + ", until " + expiresAt + "]";
  }
}
