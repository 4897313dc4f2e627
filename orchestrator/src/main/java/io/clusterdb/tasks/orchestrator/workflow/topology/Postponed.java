package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.schemas.RegistryException;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Inputs that only a schema registry that is away can explain, in their order, until it is back.
 * Used by the partition's thread.
 */
final class Postponed {
  private static final String PREFIX = "P";

  private final KeyValueStore<byte[], byte[]> store;

  /** By {@code <offset> <topic>}. */
  private final TreeMap<String, byte[]> waiting = new TreeMap<>();

  /** Takes an input. */
  interface Taker {
    /** Throws RegistryException if it cannot be read now. */
    void take(String topic, String place, byte @Nullable [] value, Headers headers);
  }

  Postponed(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
    byte[] prefix = PREFIX.getBytes(UTF_8);
    try (KeyValueIterator<byte[], byte[]> found = store.range(prefix, RowKeys.after(prefix))) {
      found.forEachRemaining(
          each -> waiting.put(new String(each.key, 1, each.key.length - 1, UTF_8), each.value));
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(RecordMetadata at, byte[] value) {
    String place = "%020d %s".formatted(at.offset(), at.topic());
    store.put(key(place), value);
    waiting.put(place, value);
  }

  /** Takes those that can be read now, and says whether there were any. */
  boolean again(Taker taker) {
    boolean any = false;
    Iterator<Map.Entry<String, byte[]>> all = waiting.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, byte[]> first = all.next();
      String place = first.getKey();
      try {
        taker.take(
            place.substring(place.indexOf(' ') + 1), place, first.getValue(), new RecordHeaders());
      } catch (RegistryException e) {
        return any;
      }
      any = true;
      remove(place);
      all.remove();
    }
    return any;
  }

  @SuppressWarnings("NullAway") // Kafka's store removes what is set to null; delete() would read it
  private void remove(String place) {
    store.put(key(place), null);
  }

  private static byte[] key(String place) {
    return (PREFIX + place).getBytes(UTF_8);
  }
}
