package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.catalog.ScheduleDefinitions;
import io.clusterdb.tasks.scheduler.schedule.engine.Definition;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleRow;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.ScheduleDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleState;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All schedules: in the store, and in memory as they are there, in the order of what is due. Used
 * by the partition's thread.
 */
final class Rows {
  private static final Logger log = LoggerFactory.getLogger(Rows.class);
  private static final String DEFINITION = "definition/";
  private static final String STATE = "state/";

  /** Names have no character above. */
  private static final String END = "~";

  /** Stores do not depend on a registry. */
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();

  private final KeyValueStore<String, byte[]> store;
  private final Map<String, ScheduleRow> rows = new HashMap<>();
  private final Map<String, Due> dues = new HashMap<>();
  private final TreeSet<Due> order =
      new TreeSet<>(Comparator.comparing(Due::at).thenComparing(Due::name));

  /**
   * When there is something to do for a schedule.
   *
   * @param at the time
   * @param name the schedule
   */
  record Due(Instant at, String name) {}

  /** Reads what is stored. */
  Rows(KeyValueStore<String, byte[]> store) {
    this.store = store;
    Map<String, Definition> definitions = new HashMap<>();
    each(DEFINITION, (name, bytes) -> definitions.put(name, definition(bytes)));
    each(
        STATE,
        (name, bytes) -> {
          ScheduleState state = CODEC.decode(STATE, bytes, ScheduleState.class);
          keep(name, RowFormat.read(state, definitions.get(name)));
        });
  }

  private interface Entry {
    void take(String name, byte[] bytes);
  }

  private void each(String prefix, Entry entry) {
    try (KeyValueIterator<String, byte[]> found = store.range(prefix, prefix + END)) {
      found.forEachRemaining(
          each -> {
            try {
              entry.take(each.key.substring(prefix.length()), each.value);
            } catch (SerializationException | IllegalArgumentException e) {
              log.error(
                  "Skipping the row {} of the store of schedules, which this version cannot read."
                      + " Configure the schedule again: {}",
                  each.key,
                  e.toString());
            }
          });
    }
  }

  private static Definition definition(byte[] bytes) {
    ScheduleDefinition read = CODEC.decode(DEFINITION, bytes, ScheduleDefinition.class);
    return Definition.of(ScheduleDefinitions.read(read), read.getVersion());
  }

  ScheduleRow get(String name) {
    return rows.getOrDefault(name, ScheduleRow.NEW);
  }

  /** Stores a definition that is now in force, or that there is none. */
  void define(String name, @Nullable ScheduleDefinition definition) {
    if (definition == null) {
      store.delete(DEFINITION + name);
    } else {
      store.put(DEFINITION + name, CODEC.encode(DEFINITION, definition));
    }
  }

  /** Stores a row. */
  void put(String name, ScheduleRow row, ScheduleState state) {
    store.put(STATE + name, CODEC.encode(STATE, state));
    keep(name, row);
  }

  private void keep(String name, ScheduleRow row) {
    rows.put(name, row);
    Instant at = row.due();
    Due before = at == null ? dues.remove(name) : dues.put(name, new Due(at, name));
    if (before != null) {
      order.remove(before);
    }
    if (at != null) {
      order.add(new Due(at, name));
    }
  }

  /** What is due first; null if nothing ever is. */
  @Nullable Due first() {
    return order.isEmpty() ? null : order.first();
  }
}
