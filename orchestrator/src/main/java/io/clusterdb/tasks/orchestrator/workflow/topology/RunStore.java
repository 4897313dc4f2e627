package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.Rows;
import io.clusterdb.tasks.orchestrator.workflow.topology.Timers.Timer;
import io.clusterdb.tasks.orchestrator.workflow.topology.Timers.What;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the store: their rows, their timers, and their place in the list of all runs. Timers and
 * places follow from the rows, and are changed with them. Used by the partition's thread.
 */
final class RunStore {
  private final KeyValueStore<byte[], byte[]> store;
  private final Timers timers;
  private final Timers expiries;

  RunStore(KeyValueStore<byte[], byte[]> store, Timers timers, Timers expiries) {
    this.store = store;
    this.timers = timers;
    this.expiries = expiries;
  }

  /** One run's rows, each read at most once. */
  final class Reading implements Rows {
    private final String execution;
    private final byte[] prefix;
    private final Map<Row.Key, Optional<Row>> known = new HashMap<>();

    private Reading(String execution) {
      this.execution = execution;
      this.prefix = RowKeys.rows(execution);
    }

    @Override
    public @Nullable Row get(Row.Key key) {
      Optional<Row> row = known.get(key);
      if (row == null) {
        byte[] bytes = store.get(RowKeys.row(prefix, key));
        row = bytes == null ? Optional.empty() : Optional.of(RowFormat.read(key.kind(), bytes));
        known.put(key, row);
      }
      return row.orElse(null);
    }

    Row.@Nullable Run run() {
      return (Row.Run) get(Row.Key.RUN);
    }

    /** Writes what a decision changed. */
    void write(Map<Row.Key, Optional<Row>> changes) {
      changes.forEach(
          (key, row) -> {
            retime(key, row.orElse(null));
            put(RowKeys.row(prefix, key), row.isPresent() ? RowFormat.write(row.get()) : null);
            known.put(key, row);
          });
    }

    private void retime(Row.Key key, @Nullable Row after) {
      switch (key.kind()) {
        case TASK -> move(What.TASK, key.name(), due(get(key)), due(after));
        case RUN -> {
          Row.Run was = run();
          Row.Run is = (Row.Run) Objects.requireNonNull(after);
          move(What.RUN, "", was == null ? 0 : was.deadline(), is.deadline());
          move(What.EXPIRY, "", was == null ? 0 : was.expireAt(), is.expireAt());
          if (was == null) {
            put(RowKeys.listed(is.startedAt(), execution), is.workflow().getBytes(UTF_8));
          }
        }
        default -> {}
      }
    }

    private static long due(@Nullable Row task) {
      return task instanceof Row.Task row ? row.due() : 0;
    }

    private void move(What what, String task, long before, long after) {
      if (before == after) {
        return;
      }
      Timers all = what == What.EXPIRY ? expiries : timers;
      if (before != 0) {
        all.remove(new Timer(before, what, execution, task));
      }
      if (after != 0) {
        all.add(new Timer(after, what, execution, task));
      }
    }

    /** Forgets the run. */
    void forget() {
      Row.Run run = run();
      List<byte[]> keys = new ArrayList<>();
      try (KeyValueIterator<byte[], byte[]> rows = store.range(prefix, RowKeys.after(prefix))) {
        rows.forEachRemaining(row -> keys.add(row.key));
      }
      keys.forEach(key -> put(key, null));
      if (run != null) {
        put(RowKeys.listed(run.startedAt(), execution), null);
      }
    }
  }

  Reading read(String execution) {
    return new Reading(execution);
  }

  byte @Nullable [] definition(String id) {
    return store.get(RowKeys.definition(id));
  }

  void putDefinition(String id, byte[] definition) {
    store.put(RowKeys.definition(id), definition);
  }

  @SuppressWarnings("NullAway") // Kafka's store removes what is set to null; delete() would read it
  private void put(byte[] key, byte @Nullable [] value) {
    store.put(key, value);
  }
}
