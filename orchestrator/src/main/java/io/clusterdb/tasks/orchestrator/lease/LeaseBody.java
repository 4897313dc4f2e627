package io.clusterdb.tasks.orchestrator.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.http.ProblemException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a body; what is not understood is refused. */
final class LeaseBody {
  private final ObjectNode body;
  private final String where;

  LeaseBody(ObjectNode body, String where, String... known) {
    this.body = body;
    this.where = where;
    List<String> names = List.of(known);
    for (Iterator<String> it = body.fieldNames(); it.hasNext(); ) {
      String name = it.next();
      if (!names.contains(name)) {
        throw ProblemException.badRequest(
            "expected %s in %s, found \"%s\".".formatted(String.join(", ", names), where, name));
      }
    }
  }

  /** An object in it. */
  LeaseBody object(String name, String... known) {
    if (body.path(name) instanceof ObjectNode object) {
      return new LeaseBody(object, name, known);
    }
    throw bad(name, "an object");
  }

  /** Any value; null for none. */
  @Nullable JsonNode any(String name) {
    JsonNode value = body.path(name);
    return value.isMissingNode() || value.isNull() ? null : value;
  }

  String text(String name, int most) {
    JsonNode value = body.path(name);
    if (!value.isTextual() || value.asText().isBlank() || value.asText().length() > most) {
      throw bad(name, "a text of 1 to " + most + " characters");
    }
    return value.asText();
  }

  @Nullable String textOrNull(String name, int most) {
    return any(name) == null ? null : text(name, most);
  }

  @Nullable Duration duration(String name) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    try {
      if (value.isTextual()) {
        return Durations.parse(value.asText());
      }
    } catch (IllegalArgumentException e) {
      // is said below
    }
    throw bad(name, "a duration such as 500ms, 30s or 5m");
  }

  boolean flag(String name) {
    JsonNode value = any(name);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw bad(name, "true or false");
    }
    return value.asBoolean();
  }

  OptionalDouble fraction(String name) {
    JsonNode value = any(name);
    if (value == null) {
      return OptionalDouble.empty();
    }
    double number = value.asDouble(-1);
    if (!value.isNumber() || !(number >= 0 && number <= 1)) {
      throw bad(name, "a number from 0 to 1");
    }
    return OptionalDouble.of(number);
  }

  private ProblemException bad(String name, String expected) {
    JsonNode found = body.path(name);
    String text = found.isMissingNode() ? "none" : found.toString();
    return ProblemException.badRequest(
        "expected %s for %s in %s, found %s."
            .formatted(expected, name, where, text.length() > 100 ? text.substring(0, 100) : text));
  }
}
