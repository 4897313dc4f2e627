package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.client.RunJson;
import io.clusterdb.tasks.orchestrator.query.Slice.Item;
import io.clusterdb.tasks.orchestrator.workflow.topology.RunReader;
import io.clusterdb.tasks.orchestrator.workflow.topology.WorkflowTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** What this instance's stores know of runs of workflows. Thread-safe. */
final class LocalRuns {
  /** Most entries that one question looks at: a list goes on from there with its cursor. */
  private static final int BUDGET = 20_000;

  private final Supplier<KafkaStreams> streams;
  private final String commands;

  LocalRuns(Supplier<KafkaStreams> streams, String commands) {
    this.streams = streams;
    this.commands = commands;
  }

  /** The partitions whose runs this instance decides on. */
  Set<Integer> owned() {
    return streams.get().metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(partition -> partition.topic().equals(commands))
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }

  /**
   * A run from a store that may be a copy; null if there is none.
   *
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if there is none here now
   */
  @Nullable WorkflowStatus find(String id, int partition) {
    return RunReader.find(store(partition, true), id);
  }

  /** A part of a list of the runs in the partitions that this instance owns. */
  Slice list(WorkflowFilter filter, @Nullable Cursor after, int limit) {
    List<Slice> slices = new ArrayList<>();
    for (int partition : owned()) {
      slices.add(list(partition, filter, after, limit));
    }
    return Slice.merge(slices, limit);
  }

  private Slice list(int partition, WorkflowFilter filter, @Nullable Cursor after, int limit) {
    Listing listing = new Listing(limit);
    RunReader.list(
        store(partition, false), filter, after == null ? null : after.order(), listing::take);
    return new Slice(listing.items, listing.end, Set.of(partition));
  }

  /** Collects up to a limit. */
  private static final class Listing {
    private final int limit;
    private final List<Item> items = new ArrayList<>();
    private @Nullable Cursor end;
    private int looked;

    Listing(int limit) {
      this.limit = limit;
    }

    boolean take(byte[] place, @Nullable WorkflowStatus run) {
      Cursor at = new Cursor(place);
      if (run != null) {
        items.add(new Item(at, RunJson.of(run)));
      }
      if (items.size() >= limit || ++looked >= BUDGET) {
        end = at;
      }
      return end == null;
    }
  }

  private ReadOnlyKeyValueStore<byte[], byte[]> store(int partition, boolean copies) {
    StoreQueryParameters<ReadOnlyKeyValueStore<byte[], byte[]>> which =
        StoreQueryParameters.fromNameAndType(
                WorkflowTopology.STORE, QueryableStoreTypes.<byte[], byte[]>keyValueStore())
            .withPartition(partition);
    return streams.get().store(copies ? which.enableStaleStores() : which);
  }
}
