package io.clusterdb.tasks.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object that a caller sent, and says of a wrong one which it is, what
 * was expected and what was found. Null counts as absent. Of one thread.
 */
public final class Fields {
  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE / 4);
  private static final Instant EARLIEST = Instant.ofEpochMilli(-Long.MAX_VALUE / 4);

  private final String where;
  private final ObjectNode object;

  private Fields(String where, ObjectNode object) {
    this.where = where;
    this.object = object;
  }

  /**
   * Reads an object.
   *
   * @param where path of the object, for messages; empty for the body itself
   * @param known names of all fields that it may have
   * @throws ProblemException 400 if it has another
   */
  public static Fields of(String where, ObjectNode object, List<String> known) {
    TreeSet<String> unknown = new TreeSet<>();
    object.fieldNames().forEachRemaining(unknown::add);
    known.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw ProblemException.badRequest(
          "expected fields of %s%s, found \"%s\"."
              .formatted(
                  String.join(", ", known),
                  where.isEmpty() ? "" : " in " + where,
                  unknown.first()));
    }
    return new Fields(where, object);
  }

  /**
   * Reads an element of a list.
   *
   * @throws ProblemException 400 if it is no object or has an unknown field
   */
  public static Fields of(String where, JsonNode node, List<String> known) {
    if (node instanceof ObjectNode object) {
      return of(where, object, known);
    }
    throw ProblemException.badRequest(
        "expected an object for %s, found %s.".formatted(where, describe(node)));
  }

  /** Text that has to be there and to say something. */
  public String required(String name) {
    String text = text(name);
    if (text == null || text.isBlank()) {
      throw bad(name, "some text");
    }
    return text;
  }

  /** Text; null if absent. */
  public @Nullable String text(String name) {
    JsonNode value = get(name);
    if (value != null && !value.isTextual()) {
      throw bad(name, "text");
    }
    return value == null ? null : value.textValue();
  }

  /** Text that a parser takes; null if absent. */
  public <T> @Nullable T parsed(String name, String expected, Function<String, T> parser) {
    String text = text(name);
    try {
      return text == null ? null : parser.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw bad(name, expected);
    }
  }

  /** A duration such as {@code 30s}; null if absent. */
  public @Nullable Duration duration(String name) {
    return parsed(name, "a duration such as 500ms, 30s or 5m", Durations::parse);
  }

  /** A time of ISO 8601; null if absent. */
  public @Nullable Instant time(String name) {
    return parsed(name, "a time such as 2026-12-01T00:00:00Z", Fields::instant);
  }

  /** A time that a count of milliseconds holds, and that one can go on from. */
  static Instant instant(String text) {
    Instant time = Instant.parse(text);
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new DateTimeException("no clock reaches " + text);
    }
    return time;
  }

  /** A flag. */
  public boolean flag(String name, boolean otherwise) {
    JsonNode value = get(name);
    if (value != null && !value.isBoolean()) {
      throw bad(name, "true or false");
    }
    return value == null ? otherwise : value.booleanValue();
  }

  /** A whole number; null if absent. */
  public @Nullable Integer number(String name, int from, int to) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.canConvertToInt()
        || !value.isIntegralNumber()
        || value.intValue() < from
        || value.intValue() > to) {
      throw bad(name, "a whole number from %d to %d".formatted(from, to));
    }
    return value.intValue();
  }

  /** A number above 0; null if absent. */
  public @Nullable Double positive(String name) {
    JsonNode value = get(name);
    if (value != null && (!value.isNumber() || !(value.doubleValue() > 0))) {
      throw bad(name, "a number above 0");
    }
    return value == null ? null : value.doubleValue();
  }

  /** Texts by name; empty if absent. */
  public Map<String, String> texts(String name) {
    JsonNode value = get(name);
    Map<String, String> found = new LinkedHashMap<>();
    if (value == null) {
      return found;
    }
    if (!(value instanceof ObjectNode object)) {
      throw bad(name, "an object of texts");
    }
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      if (!each.getValue().isTextual()) {
        throw bad(name + "." + each.getKey(), "text", each.getValue());
      }
      found.put(each.getKey(), each.getValue().textValue());
    }
    return found;
  }

  /** Any JSON; empty if absent, while null is a value here. */
  public Optional<JsonNode> any(String name) {
    return Optional.ofNullable(object.get(name));
  }

  /** A problem with a field. */
  public ProblemException bad(String name, String expected) {
    return bad(name, expected, object.get(name));
  }

  private ProblemException bad(String name, String expected, @Nullable JsonNode found) {
    return ProblemException.badRequest(
        "expected %s for %s, found %s.".formatted(expected, path(name), describe(found)));
  }

  private @Nullable JsonNode get(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private String path(String name) {
    return where.isEmpty() ? name : where + "." + name;
  }

  private static String describe(@Nullable JsonNode node) {
    if (node == null || node.isMissingNode()) {
      return "none";
    }
    if (node.isContainerNode()) {
      return node.isArray() ? "a list" : "an object";
    }
    String text = node.toString();
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
