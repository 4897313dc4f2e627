package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.scheduler.engine.DueStore;
import io.clusterdb.tasks.scheduler.engine.KeyHolder;
import io.clusterdb.tasks.scheduler.engine.KeyStore;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Waiting jobs in a store of Kafka Streams. */
final class StoredJobs implements DueStore, KeyStore {
  /** Above every due time, so above every job. */
  private static final byte[] END = {(byte) 0x80};

  private static final byte[] MARK = {(byte) 0xff};

  /** What holders of unique keys are kept under. */
  private static final byte HOLDER = (byte) 0xa0;

  /** What the keys are kept under that jobs wait under for newer ones, by the jobs' ids. */
  private static final byte WAITS = (byte) 0xb0;

  /** What keys of commands start with: between jobs and the mark. */
  private static final byte COMMAND = (byte) 0x90;

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
  public byte @Nullable [] get(byte[] key) {
    return store.get(key);
  }

  /** Keeps a command that has not met its job. */
  void putCommand(String id, byte[] command) {
    store.put(prefixed(COMMAND, id), command);
  }

  /** Forgets a command, if it was kept. */
  @SuppressWarnings("NullAway") // as above
  void removeCommand(String id) {
    byte[] key = prefixed(COMMAND, id);
    if (store.get(key) != null) {
      store.put(key, null);
    }
  }

  /** Gives every command that is kept. */
  void commands(Consumer<byte[]> sink) {
    try (KeyValueIterator<byte[], byte[]> kept =
        store.range(new byte[] {COMMAND}, new byte[] {COMMAND + 1})) {
      kept.forEachRemaining(entry -> sink.accept(entry.value));
    }
  }

  @Override
  public @Nullable KeyHolder holder(String key) {
    byte[] holder = store.get(prefixed(HOLDER, key));
    return holder == null ? null : KeyHolder.read(holder);
  }

  @Override
  @SuppressWarnings("NullAway") // as above
  public void hold(String key, @Nullable KeyHolder holder) {
    store.put(prefixed(HOLDER, key), holder == null ? null : holder.write());
  }

  @Override
  public @Nullable String waiting(String jobId) {
    byte[] key = store.get(prefixed(WAITS, jobId));
    return key == null ? null : new String(key, StandardCharsets.UTF_8);
  }

  @Override
  @SuppressWarnings("NullAway") // as above
  public void waits(String jobId, @Nullable String key) {
    store.put(prefixed(WAITS, jobId), key == null ? null : HeaderText.bytes(key));
  }

  private static byte[] prefixed(byte prefix, String name) {
    byte[] text = HeaderText.bytes(name);
    byte[] key = new byte[text.length + 1];
    key[0] = prefix;
    System.arraycopy(text, 0, key, 1, text.length);
    return key;
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
