package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A call of the HTTP API. Immutable.
 *
 * @param method such as GET
 * @param target encoded path and query
 * @param body null for none
 * @param within how long the API may take to answer; a call that waits there needs its wait and
 *     some more
 */
public record ApiRequest(String method, String target, @Nullable JsonNode body, Duration within) {
  private static final Duration WITHIN = Duration.ofSeconds(15);

  /** Reads; the segments of the path are encoded here. */
  public static ApiRequest get(String... segments) {
    return new ApiRequest("GET", path(segments), null, WITHIN);
  }

  /** Commands. */
  public static ApiRequest post(String... segments) {
    return new ApiRequest("POST", path(segments), null, WITHIN);
  }

  /** Removes. */
  public static ApiRequest delete(String... segments) {
    return new ApiRequest("DELETE", path(segments), null, WITHIN);
  }

  /** With a query parameter; none if the value is null. */
  public ApiRequest query(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    String separator = target.contains("?") ? "&" : "?";
    String added = separator + encode(name) + "=" + encode(value.toString());
    return new ApiRequest(method, target + added, body, within);
  }

  /** With this body. */
  public ApiRequest body(JsonNode json) {
    return new ApiRequest(method, target, json, within);
  }

  /** With this long for an answer, on top of what a call takes anyway. */
  public ApiRequest waiting(Duration wait) {
    return new ApiRequest(method, target, body, WITHIN.plus(wait));
  }

  /** Whether it waits there for news, and not only for an answer. */
  boolean waits() {
    return within.compareTo(WITHIN) > 0;
  }

  private static String path(String... segments) {
    return Arrays.stream(segments)
        .map(ApiRequest::encode)
        .collect(Collectors.joining("/", "/", ""));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
