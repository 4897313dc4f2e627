package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.orchestrator.tracker.engine.Expiry;
import io.clusterdb.tasks.orchestrator.tracker.engine.Expiry.Rule;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Forgets runs of one partition that are old enough, a bounded number at a time: each queue's from
 * the oldest on, up to those that are too young. Used by one thread.
 */
final class Sweep {
  /** Most runs that are looked at in one go. */
  private static final int BUDGET = 5_000;

  /** What is old and has not ended is looked at again at each round, so rounds are apart. */
  private static final long ROUND_MS = 30_000;

  private final TrackerStores stores;
  private final QueueCatalog queues;
  private final Expiry expiry;
  private final Deque<String> todo = new ArrayDeque<>();
  private byte @Nullable [] from;
  private long roundAt;

  Sweep(TrackerStores stores, QueueCatalog queues, Expiry expiry) {
    this.stores = stores;
    this.queues = queues;
    this.expiry = expiry;
  }

  /** Does a bounded part; the next call goes on where this one ends. */
  void step(long now) {
    if (todo.isEmpty()) {
      if (now - roundAt < ROUND_MS) {
        return;
      }
      roundAt = now;
      todo.addAll(new TreeSet<>(stores.counts().queues().keySet()));
    }
    int left = BUDGET;
    while (left > 0 && !todo.isEmpty()) {
      left -= look(todo.getFirst(), now, left);
      if (from == null) {
        todo.removeFirst();
      }
    }
  }

  private int look(String name, long now, int budget) {
    Queue queue = queues.find(name);
    Rule rule = queue == null ? new Rule.Gone() : new Rule.Retention(queue.retention().toMillis());
    long youngest = expiry.youngest(rule, now);
    byte[] prefix = Keys.prefix(null, name);
    List<byte[]> expired = new ArrayList<>();
    int seen = 0;
    byte[] next = null;
    try (KeyValueIterator<byte[], byte[]> entries =
        stores.index().range(from == null ? prefix : from, Keys.after(prefix))) {
      while (entries.hasNext()) {
        byte[] entry = entries.next().key;
        if (!startsWith(entry, prefix) || Keys.createdAt(entry) > youngest) {
          break;
        }
        if (seen++ == budget) {
          next = entry;
          break;
        }
        expired.add(entry);
      }
    }
    expired.forEach(entry -> judge(entry, rule, now));
    from = next;
    return seen;
  }

  private void judge(byte[] entry, Rule rule, long now) {
    byte[] key = Keys.runKey(entry);
    RunState run = stores.get(key);
    if (run == null) {
      stores.index().delete(entry);
    } else if (expiry.expired(run, rule, now)) {
      stores.remove(key, run);
    }
  }

  private static boolean startsWith(byte[] entry, byte[] prefix) {
    return entry.length > prefix.length
        && Arrays.equals(entry, 0, prefix.length, prefix, 0, prefix.length);
  }
}
