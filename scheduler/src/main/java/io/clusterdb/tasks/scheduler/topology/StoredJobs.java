package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.scheduler.engine.DueStore;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Waiting jobs in a store of Kafka Streams. */
final class StoredJobs implements DueStore {
  /** Above every due time, so above every job. */
  private static final byte[] END = {(byte) 0x80};

  private static final byte[] MARK = {(byte) 0xff};

  private final KeyValueStore<byte[], byte[]> store;

  StoredJobs(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    store.put(key, value);
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's store removes what is set to null; delete() would read it
  public void remove(byte[] key) {
    store.put(key, null);
  }

  @Override
  public void mark(byte[] key) {
    store.put(MARK, key);
  }

  @Override
  public byte @Nullable [] marked() {
    return store.get(MARK);
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's store takes null for no bound
  public Scan from(byte[] key) {
    KeyValueIterator<byte[], byte[]> entries = store.range(key.length == 0 ? null : key, END);
    return new Scan() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public byte[] peekKey() {
        return entries.peekNextKey();
      }

      @Override
      public byte[] next() {
        KeyValue<byte[], byte[]> entry = entries.next();
        return entry.value;
      }

      @Override
      public void close() {
        entries.close();
      }
    };
  }
}
