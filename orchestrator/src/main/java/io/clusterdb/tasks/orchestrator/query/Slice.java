package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of jobs, the newest first.
 *
 * @param items what was found
 * @param end how far was looked; null if there is nothing behind it
 * @param partitions the partitions in which was looked
 */
record Slice(List<Item> items, @Nullable Cursor end, Set<Integer> partitions) {

  /**
   * A run of a job.
   *
   * @param at its place in the list
   * @param job as users see it
   */
  record Item(Cursor at, JsonNode job) {}

  /**
   * One list of several: no further than the one that was looked through least, since what that has
   * behind its end is not known yet. What two of them have, since a partition moved, is there once.
   */
  static Slice merge(List<Slice> slices, int limit) {
    @Nullable Cursor end = null;
    TreeMap<Cursor, JsonNode> all = new TreeMap<>();
    Set<Integer> partitions = new TreeSet<>();
    for (Slice slice : slices) {
      slice.items.forEach(item -> all.putIfAbsent(item.at(), item.job()));
      partitions.addAll(slice.partitions);
      if (slice.end != null && (end == null || slice.end.compareTo(end) < 0)) {
        end = slice.end;
      }
    }
    List<Item> items = new ArrayList<>();
    for (Map.Entry<Cursor, JsonNode> each : all.entrySet()) {
      if (end != null && each.getKey().compareTo(end) > 0) {
        break;
      }
      if (items.size() == limit) {
        end = items.getLast().at();
        break;
      }
      items.add(new Item(each.getKey(), each.getValue()));
    }
    return new Slice(items, end, partitions);
  }

  /** For another instance. */
  ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode list = node.putArray("items");
    items.forEach(item -> list.addObject().put("at", item.at().toString()).set("job", item.job()));
    node.put("end", end == null ? null : end.toString());
    partitions.forEach(node.putArray("partitions")::add);
    return node;
  }

  /** What {@link #json} wrote. */
  static Slice parse(JsonNode node) {
    List<Item> items = new ArrayList<>();
    for (JsonNode item : node.path("items")) {
      items.add(new Item(Cursor.parse(item.path("at").asText()), item.path("job")));
    }
    JsonNode end = node.path("end");
    return new Slice(items, end.isTextual() ? Cursor.parse(end.asText()) : null, partitions(node));
  }

  /** The partitions that such a node speaks of. */
  static Set<Integer> partitions(JsonNode node) {
    Set<Integer> partitions = new TreeSet<>();
    node.path("partitions").forEach(each -> partitions.add(each.asInt()));
    return partitions;
  }
}
