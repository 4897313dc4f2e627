package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts dead letters by error and type of job. Of one thread. */
final class DeadLetterGroups {
  /** Most groups: both names come from the log. */
  private static final int MOST = 500;

  private final Map<List<String>, Group> groups = new LinkedHashMap<>();
  private long total;

  private static final class Group {
    private long count;
    private Instant oldest = Instant.MAX;
    private Instant latest = Instant.MIN;
    private String message = "";
    private String example = "";
  }

  void add(DeadJob job) {
    total++;
    List<String> key = List.of(job.error().type(), job.type());
    if (groups.size() >= MOST && !groups.containsKey(key)) {
      return;
    }
    Group group = groups.computeIfAbsent(key, each -> new Group());
    group.count++;
    Instant at = job.failedAt();
    group.oldest = at.isBefore(group.oldest) ? at : group.oldest;
    if (!at.isBefore(group.latest)) {
      group.latest = at;
      group.message = job.error().message();
      group.example = job.id();
    }
  }

  /** The groups, the largest first. */
  JsonNode json() {
    ObjectNode node = Json.mapper().createObjectNode().put("total", total);
    ArrayNode array = node.putArray("groups");
    groups.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<List<String>, Group> e) -> e.getValue().count)
                .reversed())
        .forEach(
            each -> {
              Group group = each.getValue();
              array
                  .addObject()
                  .put("error", each.getKey().getFirst())
                  .put("type", each.getKey().getLast())
                  .put("count", group.count)
                  .put("oldest", group.oldest.toString())
                  .put("latest", group.latest.toString())
                  .put("message", group.message)
                  .put("example", group.example);
            });
    return node;
  }
}
