package io.clusterdb.tasks.orchestrator.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.codec.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be seen at one moment, as server-sent events. What several watchers see alike is
 * written once. Thread-safe.
 */
final class Frame {
  private static final String ALL = "";

  private final long number;
  private final String at;
  private final Map<String, JsonNode> queues;
  private final @Nullable String problem;
  private final EventTail.News news;
  private final Map<String, byte[]> written = new ConcurrentHashMap<>();

  /**
   * A frame.
   *
   * @param number greater than that of the frame before
   * @param queues how each queue is getting on, by its name
   * @param problem why that is not known; null if it is
   */
  Frame(
      long number,
      String at,
      Map<String, JsonNode> queues,
      @Nullable String problem,
      EventTail.News news) {
    this.number = number;
    this.at = at;
    this.queues = queues;
    this.problem = problem;
    this.news = news;
  }

  long number() {
    return number;
  }

  /** Whether events were looked at for it. */
  boolean hasEvents() {
    return news != EventTail.News.NONE;
  }

  /**
   * What a watcher is sent.
   *
   * @param first whether it has seen no events yet, so that it gets the latest too
   */
  byte[] of(Watch watch, boolean first) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String key = watch.queue() == null ? ALL : watch.queue();
    out.writeBytes(written.computeIfAbsent(key, this::queues));
    if (watch.events()) {
      out.writeBytes(events(watch.queue(), first ? news.latest() : news.fresh()));
    }
    return out.toByteArray();
  }

  private byte[] queues(String queue) {
    ObjectNode data = Json.mapper().createObjectNode().put("at", at);
    if (problem != null) {
      return event("problem", data.put("detail", problem));
    }
    if (queue.equals(ALL)) {
      data.putArray("queues").addAll(queues.values());
    } else {
      JsonNode one = queues.get(queue);
      data.putArray("queues").addAll(one == null ? List.of() : List.of(one));
    }
    return event("queues", data);
  }

  private byte[] events(@Nullable String queue, List<EventTail.Seen> seen) {
    List<JsonNode> wanted =
        seen.stream()
            .filter(each -> queue == null || queue.equals(each.queue()))
            .map(EventTail.Seen::json)
            .toList();
    if (wanted.isEmpty() && news.skipped() == 0) {
      return new byte[0];
    }
    ObjectNode data = Json.mapper().createObjectNode().put("skipped", news.skipped());
    data.putArray("events").addAll(wanted);
    return event("events", data);
  }

  private static byte[] event(String name, JsonNode data) {
    return ("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
