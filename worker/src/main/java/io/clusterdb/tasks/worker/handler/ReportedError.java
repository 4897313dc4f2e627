package io.clusterdb.tasks.worker.handler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.codec.Json;
import org.jspecify.annotations.Nullable;

/**
 * The error that a command names in its last line, {@code {"error": {"type": "…", "message":
 * "…"}}}.
 *
 * @param type its type; null where the command names none
 * @param message its message; null where the command gives none
 */
record ReportedError(@Nullable String type, @Nullable String message) {
  private static final ReportedError NONE = new ReportedError(null, null);

  /** The error that this text's last line names, blank lines aside. */
  static ReportedError lastLineOf(String text) {
    String trimmed = text.strip();
    String line = trimmed.substring(trimmed.lastIndexOf('\n') + 1).strip();
    if (!line.startsWith("{") || !line.endsWith("}")) {
      return NONE;
    }
    try {
      JsonNode error = Json.mapper().readTree(line).path("error");
      return new ReportedError(
          text(error.path("type"), Job.MAX_NAME_LENGTH),
          text(error.path("message"), Integer.MAX_VALUE));
    } catch (JsonProcessingException e) {
      return NONE;
    }
  }

  private static @Nullable String text(JsonNode node, int most) {
    return node.isTextual() && !node.textValue().isBlank() && node.textValue().length() <= most
        ? node.textValue()
        : null;
  }
}
