package io.clusterdb.tasks.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Durations;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A call of an endpoint: its variables, query parameters and body. Of one thread. */
public final class HttpCall {
  /** What a message says that only readers of this code understand. */
  private static final Pattern OF_JAVA = Pattern.compile("(?s) (?:\\(of type|for `).*");

  private final ServerRequest request;
  private final Routes.Match match;
  private final int maxBody;

  HttpCall(ServerRequest request, Routes.Match match, int maxBody) {
    this.request = request;
    this.match = match;
    this.maxBody = maxBody;
    request.query().names().stream()
        .filter(name -> !match.endpoint().knows(name))
        .findFirst()
        .ifPresent(this::refuse);
  }

  private void refuse(String name) {
    String known = String.join(", ", match.endpoint().query());
    throw ProblemException.badRequest(
        "expected %s, found the query parameter \"%s\"."
            .formatted(known.isEmpty() ? "no query parameter" : "one of " + known, name));
  }

  /** The decoded value of a variable of the path; never empty. */
  public String path(String name) {
    String value = match.variables().get(name);
    if (value == null) {
      throw new IllegalStateException("no variable " + name + " in " + match.endpoint().path());
    }
    return value;
  }

  /** The value of a query parameter; empty if it is absent or says nothing. */
  public Optional<String> query(String name) {
    return request.query().first(name).asOptional().filter(value -> !value.isEmpty());
  }

  /** The query parameters whose names start with the prefix, by what follows it. */
  public Map<String, String> queryAll(String prefix) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : request.query().names()) {
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        found.put(name.substring(prefix.length()), request.query().get(name));
      }
    }
    return found;
  }

  /** A whole number from the query. */
  public int number(String name, int otherwise, int from, int to) {
    Optional<String> text = query(name);
    try {
      int value = text.map(Integer::parseInt).orElse(otherwise);
      if (value >= from && value <= to) {
        return value;
      }
    } catch (NumberFormatException e) {
      // is said below
    }
    throw bad(name, "a whole number from %d to %d".formatted(from, to));
  }

  /** A duration from the query, such as {@code 30s}; more than the most is taken for the most. */
  public Duration duration(String name, Duration otherwise, Duration most) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      Duration value = Durations.parse(text.get());
      if (!value.isNegative()) {
        return value.compareTo(most) > 0 ? most : value;
      }
    } catch (IllegalArgumentException e) {
      // is said below
    }
    throw bad(name, "a duration such as 500ms, 30s or 5m");
  }

  /** A time from the query, as ISO 8601. */
  public Optional<Instant> time(String name) {
    try {
      return query(name).map(Fields::instant);
    } catch (DateTimeException e) {
      throw bad(name, "a time such as 2026-12-01T00:00:00Z");
    }
  }

  /** A flag from the query. */
  public boolean flag(String name) {
    return switch (query(name).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(name, "true or false");
    };
  }

  private ProblemException bad(String name, String expected) {
    return ProblemException.badRequest(
        "expected %s for the query parameter %s, found \"%s\"."
            .formatted(expected, name, query(name).orElse("")));
  }

  /** A header's value. */
  public Optional<String> header(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  /** The method, such as GET. */
  public String method() {
    return request.prologue().method().text();
  }

  /** Path and query as they were sent, to be sent on. */
  public String target() {
    String query = request.query().rawValue();
    String path = request.path().rawPath();
    return query.isEmpty() ? path : path + "?" + query;
  }

  /**
   * The body's bytes; may be asked for once.
   *
   * @throws ProblemException 413 if it is larger than the service takes
   */
  public byte[] body() throws IOException {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (InputStream in = request.content().inputStream()) {
      byte[] bytes = in.readNBytes(maxBody + 1);
      if (bytes.length > maxBody) {
        throw new ProblemException(
            413,
            "Content too large",
            "expected a body of at most %d bytes, found more. Send it in several requests."
                .formatted(maxBody));
      }
      return bytes;
    }
  }

  /**
   * The body as JSON; may be asked for once.
   *
   * @throws ProblemException 400 if it is none or empty, 413, 415 if the media type is another
   */
  public JsonNode json() throws IOException {
    requireJson();
    return parse(body());
  }

  /** The body as a JSON object, an empty one where there is no body; may be asked for once. */
  public ObjectNode object() throws IOException {
    byte[] bytes = body();
    if (bytes.length == 0) {
      return Json.MAPPER.createObjectNode();
    }
    requireJson();
    if (parse(bytes) instanceof ObjectNode object) {
      return object;
    }
    throw ProblemException.badRequest("expected a JSON object for a body, found another value.");
  }

  private void requireJson() {
    String type = header("Content-Type").orElse("application/json");
    String media = type.split(";", 2)[0].strip();
    if (!media.equalsIgnoreCase("application/json") && !media.endsWith("+json")) {
      throw new ProblemException(
          415,
          "Unsupported media type",
          "expected a body of application/json, found \"%s\".".formatted(media));
    }
  }

  private static JsonNode parse(byte[] bytes) throws IOException {
    try {
      JsonNode parsed = Json.STRICT.readTree(bytes);
      if (!parsed.isMissingNode()) {
        return parsed;
      }
    } catch (JsonProcessingException e) {
      throw ProblemException.badRequest(
          "expected a body of JSON, found something else: "
              + OF_JAVA.matcher(String.valueOf(e.getOriginalMessage())).replaceFirst("")
              + ".");
    }
    throw ProblemException.badRequest("expected a body of JSON, found none.");
  }
}
