package io.clusterdb.tasks.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.codec.Json;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A retry policy as JSON, with the names of the YAML configuration: {@code {"max_attempts": 3,
 * "backoff": {"type": "exponential", "initial": "1s", "max": "60s", "multiplier": 2}}}.
 */
public final class RetryPolicyText {
  private RetryPolicyText() {}

  /** Writes a policy. */
  public static String write(RetryPolicy policy) {
    ObjectNode node = Json.mapper().createObjectNode().put("max_attempts", policy.maxAttempts());
    ObjectNode backoff = node.putObject("backoff");
    switch (policy.backoff()) {
      case Backoff.Exponential e ->
          backoff
              .put("type", "exponential")
              .put("initial", Durations.format(e.initial()))
              .put("max", Durations.format(e.max()))
              .put("multiplier", e.multiplier());
      case Backoff.Linear l -> {
        backoff
            .put("type", "linear")
            .put("initial", Durations.format(l.initial()))
            .put("step", Durations.format(l.step()));
        if (l.max() != null) {
          backoff.put("max", Durations.format(l.max()));
        }
      }
      case Backoff.Fixed f ->
          backoff.put("type", "fixed").put("initial", Durations.format(f.delay()));
    }
    if (policy.jitter() > 0) {
      backoff.put("jitter", policy.jitter());
    }
    policy.onErrors().forEach(node.withArray("on_errors")::add);
    policy.neverOn().forEach(node.withArray("never_on")::add);
    return node.toString();
  }

  /**
   * Reads a policy; what is absent has the defaults of {@link RetryPolicy#DEFAULT}.
   *
   * @throws IllegalArgumentException if it is not one, with what was expected
   */
  public static RetryPolicy read(String text) {
    JsonNode node;
    try {
      node = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    if (node == null || !node.isObject()) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    JsonNode backoff = node.path("backoff");
    return new RetryPolicy(
        node.path("max_attempts").asInt(RetryPolicy.DEFAULT.maxAttempts()),
        backoff(backoff),
        backoff.path("jitter").asDouble(0),
        texts(node.path("on_errors")),
        texts(node.path("never_on")));
  }

  private static Backoff backoff(JsonNode node) {
    String type = node.path("type").asText("exponential");
    return switch (type) {
      case "exponential" ->
          new Backoff.Exponential(
              duration(node, "initial", "1s"),
              duration(node, "max", "60s"),
              node.path("multiplier").asDouble(2));
      case "linear" ->
          new Backoff.Linear(
              duration(node, "initial", "1s"), duration(node, "step", "1s"), most(node));
      case "fixed" -> new Backoff.Fixed(duration(node, "initial", "1s"));
      default ->
          throw new IllegalArgumentException(
              "expected a backoff of exponential, linear or fixed, found " + type);
    };
  }

  private static @Nullable Duration most(JsonNode node) {
    return node.has("max") ? duration(node, "max", "0") : null;
  }

  private static Duration duration(JsonNode node, String field, String otherwise) {
    return Durations.parse(node.path(field).asText(otherwise));
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
