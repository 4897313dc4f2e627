package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunStateFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Makes one partition's index and counts anew from its runs, a bounded part at a time: of millions
 * of runs it takes minutes, in which the thread has other work, and after which the group would
 * take it for dead. First it empties the index, then it goes over the runs in the order of their
 * keys. Meanwhile runs change: one that it has passed is counted and indexed by who changes it, any
 * other it will find as it is then. Used by one thread.
 */
final class IndexBuild {
  private static final byte[] NOTHING = {};

  private final KeyValueStore<byte[], byte[]> jobs;
  private final KeyValueStore<byte[], byte[]> index;
  private final TrackerCounts counts;
  private boolean emptied;
  private boolean done;

  /** The first key that is not dealt with yet; null for the first of all. */
  private byte @Nullable [] from;

  IndexBuild(
      KeyValueStore<byte[], byte[]> jobs,
      KeyValueStore<byte[], byte[]> index,
      TrackerCounts counts) {
    this.jobs = jobs;
    this.index = index;
    this.counts = counts;
  }

  /**
   * Goes on.
   *
   * @param budget entries that it may look at
   * @return whether all is done
   */
  boolean step(int budget) {
    int left = budget;
    if (!emptied) {
      left -= empty(left);
    }
    if (emptied && !done && left > 0) {
      fill(left);
    }
    return done;
  }

  /** Whether it has dealt with the run that has this key, or would have if there had been one. */
  boolean passed(byte[] key) {
    return done || (emptied && from != null && Arrays.compareUnsigned(key, from) < 0);
  }

  private int empty(int budget) {
    List<byte[]> some = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = index.range(from, null)) {
      while (all.hasNext() && some.size() < budget) {
        some.add(all.next().key);
      }
      from = all.hasNext() ? all.peekNextKey() : null;
    }
    some.forEach(index::delete);
    emptied = from == null;
    return some.size();
  }

  private void fill(int budget) {
    List<KeyValue<byte[], byte[]>> some = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = jobs.range(from, null)) {
      while (all.hasNext() && some.size() < budget) {
        some.add(all.next());
      }
      from = all.hasNext() ? all.peekNextKey() : null;
    }
    done = from == null;
    for (KeyValue<byte[], byte[]> each : some) {
      if (!TrackerStores.isMeta(each.key)) {
        RunState run = RunStateFormat.read(each.value);
        counts.found(run);
        Keys.index(each.key, run).forEach(entry -> index.put(entry, NOTHING));
      }
    }
  }
}
