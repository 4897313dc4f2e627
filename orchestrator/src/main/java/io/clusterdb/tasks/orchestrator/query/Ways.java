package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Several ranges of the index as one, the newest entries first. Of one thread. */
final class Ways implements AutoCloseable {
  private final List<KeyValueIterator<byte[], byte[]>> open = new ArrayList<>();
  private final PriorityQueue<Head> heads = new PriorityQueue<>();

  Ways(
      ReadOnlyKeyValueStore<byte[], byte[]> index,
      List<String> queues,
      Matching matching,
      @Nullable Cursor after) {
    for (String queue : queues) {
      for (@Nullable JobState state : matching.indexes()) {
        byte[] prefix = Keys.prefix(state, queue);
        KeyValueIterator<byte[], byte[]> way =
            index.reverseRange(
                joined(prefix, time(matching.from())), end(prefix, matching.to(), after));
        open.add(way);
        advance(way, after);
      }
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // a view, never compared by it
  private record Head(Cursor at, byte[] entry, KeyValueIterator<byte[], byte[]> way)
      implements Comparable<Head> {
    @Override
    public int compareTo(Head other) {
      return at.compareTo(other.at);
    }
  }

  /** The next entry; null at the end. */
  byte @Nullable [] next() {
    Head first = heads.poll();
    if (first == null) {
      return null;
    }
    advance(first.way(), null);
    return first.entry();
  }

  private static byte @Nullable [] end(byte[] prefix, long to, @Nullable Cursor after) {
    if (after != null) {
      return joined(prefix, after.order());
    }
    return to == Long.MAX_VALUE ? Keys.after(prefix) : joined(prefix, time(to));
  }

  /** The end of a range is part of it, and what a cursor names was given already. */
  private void advance(KeyValueIterator<byte[], byte[]> way, @Nullable Cursor given) {
    while (way.hasNext()) {
      byte[] entry = way.next().key;
      Cursor at = new Cursor(Keys.order(entry));
      if (given == null || given.compareTo(at) < 0) {
        heads.add(new Head(at, entry, way));
        return;
      }
    }
  }

  private static byte[] time(long millis) {
    return ByteBuffer.allocate(8).putLong(millis).array();
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  @Override
  public void close() {
    open.forEach(KeyValueIterator::close);
  }
}
