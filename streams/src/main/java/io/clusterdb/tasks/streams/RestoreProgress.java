package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows how far a service is with reading its stores back from Kafka. Thread-safe. */
public final class RestoreProgress implements StateRestoreListener {
  private static final Logger log = LoggerFactory.getLogger(RestoreProgress.class);

  /** A long restore is heard of so often. */
  private static final Duration TELL = Duration.ofSeconds(5);

  private final String service;
  private final LongSupplier ticker;
  private final Map<Store, Work> open = new ConcurrentHashMap<>();
  private final AtomicLong told;

  private record Store(String name, TopicPartition partition) {}

  private record Work(long records, long startedAt, LongAdder done) {}

  /**
   * How far it is.
   *
   * @param stores how many stores are being restored now
   * @param restored records of them that were read
   * @param total records of them in all, as far as is known
   */
  public record Now(int stores, long restored, long total) {
    /** Whether anything is being restored. */
    public boolean busy() {
      return stores > 0;
    }

    /** The same in words. */
    @Override
    public String toString() {
      return "%d partitions of stores are read back from Kafka, %d of %d records so far"
          .formatted(stores, restored, total);
    }
  }

  /**
   * How far it is with a store.
   *
   * @param store its name
   * @param partitions how many of its partitions are being restored now
   * @param restored records of them that were read
   * @param total records of them in all, as far as is known
   */
  public record OfStore(String store, int partitions, long restored, long total) {
    private OfStore and(OfStore other) {
      return new OfStore(
          store, partitions + other.partitions, restored + other.restored, total + other.total);
    }
  }

  /**
   * Starts without any.
   *
   * @param service whose stores they are, for the log
   * @param ticker a monotonic clock in nanoseconds
   */
  public RestoreProgress(String service, LongSupplier ticker) {
    this.service = service;
    this.ticker = ticker;
    this.told = new AtomicLong(ticker.getAsLong());
  }

  /** How far it is now. */
  public Now now() {
    int stores = 0;
    long restored = 0;
    long total = 0;
    for (Work work : open.values()) {
      stores++;
      restored += work.done().sum();
      total += work.records();
    }
    return new Now(stores, restored, total);
  }

  /** How far it is with each store, by name. */
  public List<OfStore> stores() {
    Map<String, OfStore> sums = new TreeMap<>();
    open.forEach(
        (store, work) ->
            sums.merge(
                store.name(),
                new OfStore(store.name(), 1, work.done().sum(), work.records()),
                OfStore::and));
    return List.copyOf(sums.values());
  }

  private void tell(OfStore store) {
    log.info(
        "The {} restores {}: {} of {} records of {} partitions",
        service,
        store.store(),
        store.restored(),
        store.total(),
        store.partitions());
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
    open.put(
        new Store(store, partition),
        new Work(Math.max(0, end - start), ticker.getAsLong(), new LongAdder()));
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long end, long records) {
    Work work = open.get(new Store(store, partition));
    if (work != null) {
      work.done().add(records);
    }
    long last = told.get();
    long time = ticker.getAsLong();
    if (time - last >= TELL.toNanos() && told.compareAndSet(last, time)) {
      stores().forEach(this::tell);
    }
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long records) {
    Work work = open.remove(new Store(store, partition));
    if (work != null && records > 0) {
      log.info(
          "The {} restored {} records of {} partition {} in {} ms",
          service,
          records,
          store,
          partition.partition(),
          (ticker.getAsLong() - work.startedAt()) / 1_000_000);
    }
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long records) {
    open.remove(new Store(store, partition));
  }
}
