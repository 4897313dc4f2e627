package io.clusterdb.tasks.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The failed attempts of a run as a header: {@code [{"attempt": 1, "at": "2026-12-01T00:00:00Z",
 * "type": "TransientError", "message": "..."}]}, oldest first. Bounded: messages are shortened, and
 * of many attempts the first and the last ones are kept.
 */
public final class ErrorHistory {
  private static final int MAX_ENTRIES = 20;
  private static final int MAX_MESSAGE = 200;

  private ErrorHistory() {}

  /**
   * Adds a failure.
   *
   * @param earlier the header so far; null for none, and what is not one is dropped
   */
  public static String with(
      @Nullable String earlier, int attempt, long atMillis, String type, String message) {
    ArrayNode entries = read(earlier);
    ObjectNode entry = Json.mapper().createObjectNode();
    entry.put("attempt", attempt);
    entry.put("at", Instant.ofEpochMilli(atMillis).toString());
    entry.put("type", type);
    entry.put(
        "message", message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE));
    while (entries.size() >= MAX_ENTRIES) {
      entries.remove(1); // the first failure often says the most
    }
    entries.add(entry);
    return entries.toString();
  }

  /** The entries; empty where the header is absent or no such list. */
  public static ArrayNode read(@Nullable String header) {
    if (header != null) {
      try {
        JsonNode node = Json.mapper().readTree(header);
        if (node instanceof ArrayNode array) {
          return array;
        }
      } catch (JsonProcessingException e) {
        // Not ours: the history starts anew.
      }
    }
    return Json.mapper().createArrayNode();
  }
}
