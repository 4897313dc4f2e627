package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks and shows JSON that came from outside without changing what it says. */
final class JsonText {
  private JsonText() {}

  /** What is wrong with this text as one JSON value; empty if nothing is. */
  static Optional<String> problem(String text) {
    int values = 0;
    int depth = 0;
    try (JsonParser parser = Json.mapper().createParser(text)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        values += depth == 0 ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
    } catch (JsonProcessingException e) {
      return Optional.of(
          "expected JSON, found " + excerpt(text) + " (" + e.getOriginalMessage() + ")");
    } catch (IOException e) {
      throw new IllegalStateException("reading a string failed", e);
    }
    return values == 1
        ? Optional.empty()
        : Optional.of("expected one JSON value, found " + (values == 0 ? "none" : excerpt(text)));
  }

  /** This text as a JSON value, or as a JSON string where it is none; null for null. */
  static @Nullable JsonNode node(@Nullable String text) {
    return text == null ? null : Json.exact(text);
  }

  private static String excerpt(String text) {
    String start = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return TextTable.printable(start);
  }
}
