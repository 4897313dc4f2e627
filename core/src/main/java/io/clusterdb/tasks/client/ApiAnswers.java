package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;

/** Reads the API's answers: JSON, or a problem document that becomes an exception. */
final class ApiAnswers {
  /** Numbers keep every digit, since payloads of leased jobs are among the answers. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(Json.utf8())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private ApiAnswers() {}

  static JsonNode read(URI address, HttpResponse<byte[]> response) {
    JsonNode body = parse(response.body());
    if (response.statusCode() < 400) {
      return body;
    }
    String detail = body.path("detail").asText("");
    throw new TasksException(
        code(response.statusCode(), body.path("code").asText("")),
        detail.isEmpty()
            ? "the HTTP API at %s answered with status %d and no reason. Is it the platform's?"
                .formatted(address, response.statusCode())
            : detail);
  }

  private static ErrorCode code(int status, String name) {
    for (ErrorCode each : ErrorCode.values()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return switch (status) {
      case 401, 403 -> ErrorCode.FORBIDDEN;
      case 409 -> ErrorCode.CONFLICT;
      case 502, 503, 504 -> ErrorCode.UNREACHABLE;
      default -> status < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL;
    };
  }

  private static JsonNode parse(byte[] bytes) {
    try {
      JsonNode parsed = JSON.readTree(bytes);
      return parsed == null ? MissingNode.getInstance() : parsed;
    } catch (IOException e) {
      return MissingNode.getInstance(); // an answer of somebody else, such as a proxy
    }
  }
}
