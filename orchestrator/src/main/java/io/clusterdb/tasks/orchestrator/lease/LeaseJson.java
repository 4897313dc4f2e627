package io.clusterdb.tasks.orchestrator.lease;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A lease as callers see it. */
final class LeaseJson {
  private LeaseJson() {}

  static ObjectNode of(Lease lease, Instant now) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("lease", lease.token().text());
    json.put("expiresAt", lease.expiresAt(now).toString());
    json.set("job", job(lease.handed().context().job()));
    json.put("fencingToken", lease.handed().context().fencingToken());
    lease.handed().context().deadline().ifPresent(at -> json.put("deadline", at.toString()));
    payload(json, lease.handed().context().payload());
    return json;
  }

  private static ObjectNode job(JobInfo job) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", job.id());
    json.put("run", job.run());
    json.put("queue", job.queue());
    json.put("type", job.type());
    json.put("key", job.key());
    json.put("priority", job.priority().name().toLowerCase(java.util.Locale.ROOT));
    json.put("attempt", job.attempt());
    json.put("maxAttempts", job.maxAttempts());
    json.put("createdAt", job.createdAt().toString());
    json.put("batchId", job.batchId());
    ObjectNode metadata = json.putObject("metadata");
    job.metadata().forEach(metadata::put);
    return json;
  }

  /** JSON stays as it is, to the last digit; anything else is Base64. */
  private static void payload(ObjectNode json, Payload payload) {
    byte[] bytes = payload.bytes();
    json.put("contentType", payload.contentType());
    String text = bytes == null || !isJson(payload.contentType()) ? null : valid(bytes);
    if (bytes == null) {
      json.put("encoding", "json");
      json.putNull("payload");
    } else if (text != null) {
      json.put("encoding", "json");
      json.putRawValue("payload", new RawValue(text));
    } else {
      json.put("encoding", "base64");
      json.put("payload", Base64.getEncoder().encodeToString(bytes));
    }
  }

  private static boolean isJson(String contentType) {
    String media = contentType.split(";", 2)[0].strip();
    return media.equalsIgnoreCase(Payload.JSON) || media.endsWith("+json");
  }

  /** The bytes as text, if that is one JSON value. */
  private static @Nullable String valid(byte[] bytes) {
    try (JsonParser parser = Json.mapper().createParser(bytes)) {
      if (parser.nextToken() == null) {
        return null;
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        return null;
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
