package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.config.ConfigFile;
import io.clusterdb.tasks.http.ProblemException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Some settings of a queue, in the keys of the configuration file: those that steer how its jobs
 * run. The rest of its definition stays as it is. Pure.
 */
final class QueuePatch {
  private static final List<String> KEYS =
      List.of("concurrency", "max_depth", "rate_limit", "retention", "retry_policy", "timeout");

  private final Set<String> keys;
  private final Queue wanted;

  private QueuePatch(Set<String> keys, Queue wanted) {
    this.keys = keys;
    this.wanted = wanted;
  }

  /**
   * Reads a body; a key that is null gets its default.
   *
   * @throws io.clusterdb.tasks.TasksException INVALID_CONFIG
   */
  static QueuePatch read(String queue, ObjectNode body) {
    Set<String> keys = new LinkedHashSet<>();
    body.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      if (!KEYS.contains(key)) {
        throw ProblemException.badRequest(
            "expected some of %s in the body, found %s. PUT replaces the whole definition."
                .formatted(String.join(", ", KEYS), Json.mapper().valueToTree(key)));
      }
    }
    ObjectNode given = body.deepCopy();
    given.properties().removeIf(each -> each.getValue().isNull());
    return new QueuePatch(keys, definition(queue, given));
  }

  /** The body has the keys of the configuration file, and JSON is YAML. */
  static Queue definition(String name, ObjectNode body) {
    ObjectNode file = Json.mapper().createObjectNode();
    file.putObject("tasks").putObject("queues").set(name, body);
    return ConfigFile.parse("the body", file.toString(), Map.of()).queues().getFirst();
  }

  /** The definition with these settings. */
  Queue of(Queue before) {
    Queue.Builder builder = before.toBuilder();
    for (String key : keys) {
      switch (key) {
        case "concurrency" -> builder.concurrency(wanted.concurrency());
        case "max_depth" -> builder.maxDepth(wanted.maxDepth());
        case "rate_limit" -> builder.rateLimit(wanted.rateLimit());
        case "retention" -> builder.retention(wanted.retention());
        case "retry_policy" -> builder.retry(wanted.retry());
        case "timeout" -> builder.timeout(wanted.timeout());
        default -> throw new IllegalStateException("no such key: " + key);
      }
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "the settings do not go with the rest of the queue's definition: " + e.getMessage());
    }
  }
}
