package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.client.JobJson;
import io.clusterdb.tasks.orchestrator.query.Slice.Item;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunStateFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** What this instance's stores know of jobs. Thread-safe. */
final class LocalJobs {
  /** Most entries that one question looks at: a list goes on from there with its cursor. */
  private static final int BUDGET = 20_000;

  private static final Comparator<Found> LATEST =
      Comparator.comparing((Found each) -> each.state().standing().stage().terminal())
          .thenComparing(
              Comparator.comparingLong((Found each) -> each.state().createdAt()).reversed())
          .thenComparing(
              Comparator.comparingLong((Found each) -> each.state().standing().at()).reversed());

  private final Supplier<KafkaStreams> streams;
  private final TrackerViews views;

  LocalJobs(Supplier<KafkaStreams> streams, TrackerViews views) {
    this.streams = streams;
    this.views = views;
  }

  /** A run of a job. */
  record Found(String run, RunState state) {}

  /** Whether this instance decides what is known of the jobs of a partition. */
  boolean owns(int partition) {
    return views.owns(partition);
  }

  /**
   * The runs of a job from a store that may be a copy: those that have not ended first, then the
   * latest first.
   *
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if there is none here now
   */
  List<Found> runs(String id, int partition) {
    List<Found> runs = new ArrayList<>();
    byte[] prefix = Keys.job(id);
    try (KeyValueIterator<byte[], byte[]> found =
        store(TrackerParts.JOBS, partition, true).range(prefix, Keys.after(prefix))) {
      while (found.hasNext()) {
        KeyValue<byte[], byte[]> next = found.next();
        RunState state = RunStateFormat.read(next.value);
        if (state.known()) {
          runs.add(new Found(Keys.runOf(next.key), state));
        }
      }
    }
    runs.sort(LATEST);
    return runs;
  }

  /** A part of a list of the runs in the partitions that this instance owns. */
  Slice list(Matching matching, @Nullable Cursor after, int limit) {
    List<Slice> slices = new ArrayList<>();
    for (Map.Entry<Integer, TrackerCounts> each : views.counts().entrySet()) {
      String queue = matching.filter().queue();
      List<String> queues =
          queue != null ? List.of(queue) : List.copyOf(each.getValue().queues().keySet());
      slices.add(list(each.getKey(), queues, matching, after, limit));
    }
    return Slice.merge(slices, limit);
  }

  private Slice list(
      int partition, List<String> queues, Matching matching, @Nullable Cursor after, int limit) {
    ReadOnlyKeyValueStore<byte[], byte[]> jobs = store(TrackerParts.JOBS, partition, false);
    List<Item> items = new ArrayList<>();
    Cursor end = null;
    int looked = 0;
    try (Ways ways =
        new Ways(store(TrackerParts.INDEX, partition, false), queues, matching, after)) {
      for (byte[] entry = ways.next(); entry != null && end == null; entry = ways.next()) {
        byte[] key = Keys.runKey(entry);
        byte[] row = jobs.get(key);
        RunState state = row == null ? null : RunStateFormat.read(row);
        Cursor at = new Cursor(Keys.order(entry));
        if (state != null && matching.fits(state)) {
          items.add(
              new Item(
                  at,
                  JobJson.of(Statuses.of(Keys.idOf(key), Keys.runOf(key), state, null, false))));
        }
        if (items.size() >= limit || ++looked >= BUDGET) {
          end = at;
        }
      }
    }
    return new Slice(items, end, Set.of(partition));
  }

  private ReadOnlyKeyValueStore<byte[], byte[]> store(String name, int partition, boolean copies) {
    StoreQueryParameters<ReadOnlyKeyValueStore<byte[], byte[]>> which =
        StoreQueryParameters.fromNameAndType(
                name, QueryableStoreTypes.<byte[], byte[]>keyValueStore())
            .withPartition(partition);
    return streams.get().store(copies ? which.enableStaleStores() : which);
  }
}
