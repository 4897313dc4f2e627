package io.clusterdb.tasks.scheduler.schedule.topology;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Outcomes that only a schema registry that is away can explain, in their order, until it is back.
 * Used by the partition's thread.
 */
final class Postponed {
  private static final String PREFIX = "postponed/";

  private final KeyValueStore<String, byte[]> store;
  private final TreeMap<String, byte[]> waiting = new TreeMap<>();

  Postponed(KeyValueStore<String, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<String, byte[]> found = store.range(PREFIX, PREFIX + "~")) {
      found.forEachRemaining(each -> waiting.put(each.key, each.value));
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(long offset, byte[] value) {
    String key = PREFIX + "%020d".formatted(offset);
    store.put(key, value);
    waiting.put(key, value);
  }

  /** The first of them. */
  Map.Entry<String, byte[]> first() {
    return waiting.firstEntry();
  }

  void remove(String key) {
    store.delete(key);
    waiting.remove(key);
  }
}
