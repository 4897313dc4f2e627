package io.clusterdb.tasks.orchestrator.tracker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.QueueCounts;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunStateFormat;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One partition's stores. The runs are on the log. Index and counts can be made from them, so they
 * are not: that spares a third of what a job costs, and what a restart reads. Whether those on disk
 * still fit is told by a number, the epoch, that the first change after each opening raises among
 * the runs, and that is put to the index when it is closed in order: if somebody else worked on the
 * partition meanwhile, or the close was not in order, the numbers differ and index and counts are
 * made anew, beside the other work. Used by one thread.
 */
final class TrackerStores {
  private static final byte[] EPOCH = meta("epoch");
  private static final byte[] COUNTS = meta("counts/");

  private final KeyValueStore<byte[], byte[]> jobs;
  private final KeyValueStore<byte[], byte[]> index;
  private final RunStateFormat format = new RunStateFormat();
  private final TrackerCounts counts = new TrackerCounts();
  private long epoch;
  private boolean changed;
  private @Nullable IndexBuild build;

  private TrackerStores(KeyValueStore<byte[], byte[]> jobs, KeyValueStore<byte[], byte[]> index) {
    this.jobs = jobs;
    this.index = index;
  }

  /** Opens them; {@link #build} says whether index and counts fit. */
  static TrackerStores open(
      KeyValueStore<byte[], byte[]> jobs, KeyValueStore<byte[], byte[]> index) {
    TrackerStores stores = new TrackerStores(jobs, index);
    stores.epoch = number(jobs.get(EPOCH));
    byte[] ofIndex = index.get(EPOCH);
    if (ofIndex != null && number(ofIndex) == stores.epoch) {
      stores.loadCounts();
    } else {
      stores.build = new IndexBuild(jobs, index, stores.counts);
    }
    return stores;
  }

  /**
   * Goes on making index and counts, if they are not made.
   *
   * @param budget entries that it may look at
   * @return whether they are
   */
  boolean build(int budget) {
    if (build != null && build.step(budget)) {
      build = null;
    }
    return build == null;
  }

  /** Counts, which are of all runs once they are built. */
  TrackerCounts counts() {
    return counts;
  }

  KeyValueStore<byte[], byte[]> index() {
    return index;
  }

  @Nullable RunState get(byte[] key) {
    byte[] bytes = jobs.get(key);
    return bytes == null ? null : RunStateFormat.read(bytes);
  }

  /** Puts a run that changed. */
  void put(byte[] key, @Nullable RunState before, RunState after) {
    begin();
    jobs.put(key, format.write(after));
    if (build != null && !build.passed(key)) {
      return;
    }
    if (before == null || !Keys.sameIndex(before, after)) {
      reindex(key, before, after);
    }
    counts.moved(before, after);
  }

  /** Forgets a run. */
  void remove(byte[] key, RunState run) {
    begin();
    jobs.delete(key);
    if (build != null && !build.passed(key)) {
      return;
    }
    Keys.index(key, run).forEach(index::delete);
    counts.moved(run, null);
  }

  /** Leaves index and counts to whoever opens them next, unless they are half made. */
  void close() {
    if (build != null) {
      return;
    }
    counts
        .queues()
        .forEach((queue, numbers) -> index.put(countsKey(queue), numbers(numbers.snapshot())));
    index.put(EPOCH, number(epoch));
  }

  private void begin() {
    if (!changed) {
      changed = true;
      epoch++;
      jobs.put(EPOCH, number(epoch));
      index.delete(EPOCH);
    }
  }

  private void reindex(byte[] key, @Nullable RunState before, RunState after) {
    List<byte[]> wanted = Keys.index(key, after);
    if (before != null) {
      for (byte[] entry : Keys.index(key, before)) {
        if (wanted.stream().noneMatch(each -> Arrays.equals(each, entry))) {
          index.delete(entry);
        }
      }
    }
    wanted.forEach(entry -> index.put(entry, new byte[0]));
  }

  private void loadCounts() {
    try (KeyValueIterator<byte[], byte[]> all = index.range(COUNTS, Keys.after(COUNTS))) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> next = all.next();
        long[] numbers = numbers(next.value);
        if (numbers.length == QueueCounts.CELLS) {
          String queue =
              new String(next.key, COUNTS.length, next.key.length - COUNTS.length, UTF_8);
          counts.make(queue).restore(numbers);
        }
      }
    }
  }

  /** No job has an empty id, and no index entry begins so. */
  private static byte[] meta(String name) {
    byte[] text = name.getBytes(UTF_8);
    return ByteBuffer.allocate(2 + text.length).putShort((short) 0).put(text).array();
  }

  static boolean isMeta(byte[] key) {
    return key[0] == 0 && key[1] == 0;
  }

  private static byte[] countsKey(String queue) {
    byte[] text = queue.getBytes(UTF_8);
    return ByteBuffer.allocate(COUNTS.length + text.length).put(COUNTS).put(text).array();
  }

  private static long number(byte @Nullable [] bytes) {
    return bytes == null ? 0 : ByteBuffer.wrap(bytes).getLong();
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  private static byte[] numbers(long[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  private static long[] numbers(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long[] values = new long[bytes.length / 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.getLong();
    }
    return values;
  }
}
