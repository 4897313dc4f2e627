package io.clusterdb.tasks.scheduler.engine;

import io.clusterdb.tasks.streams.routing.KnownTopics;
import java.util.HashMap;
import java.util.Map;

/** Topics that a test declares. */
public final class FakeTopics implements KnownTopics {
  private final Map<String, Integer> limits = new HashMap<>();

  /** Declares a topic. */
  public FakeTopics with(String topic, int limit) {
    limits.put(topic, limit);
    return this;
  }

  /** Forgets a topic. */
  public void drop(String topic) {
    limits.remove(topic);
  }

  @Override
  public int limit(String topic) {
    return limits.getOrDefault(topic, MISSING);
  }
}
