package io.clusterdb.tasks.scheduler.engine;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store in memory that takes part in transactions, and counts what scans walk over. */
final class MemoryDueStore implements DueStore, KeyStore {
  private final Map<String, KeyHolder> holders = new HashMap<>();
  private final Map<String, String> waits = new HashMap<>();
  private final NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private byte @Nullable [] mark;
  private int walked;

  void commit() {
    undo.clear();
  }

  void abort() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }

  int size() {
    return entries.size();
  }

  /** Entries that scans have walked over. */
  int walked() {
    return walked;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    byte[] before = entries.put(key, value);
    undo.push(() -> restore(key, before));
  }

  @Override
  public void remove(byte[] key) {
    byte[] before = entries.remove(key);
    if (before == null) {
      throw new IllegalStateException("expected an entry to remove, found none");
    }
    undo.push(() -> restore(key, before));
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return entries.get(key);
  }

  @Override
  public @Nullable KeyHolder holder(String key) {
    KeyHolder holder = holders.get(key);
    return holder == null ? null : KeyHolder.read(holder.write());
  }

  @Override
  public void hold(String key, @Nullable KeyHolder holder) {
    KeyHolder before = holder == null ? holders.remove(key) : holders.put(key, holder);
    undo.push(
        () -> {
          if (before == null) {
            holders.remove(key);
          } else {
            holders.put(key, before);
          }
        });
  }

  @Override
  public @Nullable String waiting(String jobId) {
    return waits.get(jobId);
  }

  @Override
  public void waits(String jobId, @Nullable String key) {
    String before = key == null ? waits.remove(jobId) : waits.put(jobId, key);
    undo.push(
        () -> {
          if (before == null) {
            waits.remove(jobId);
          } else {
            waits.put(jobId, before);
          }
        });
  }

  /** Holders and jobs that wait for newer ones. */
  int holders() {
    return holders.size() + waits.size();
  }

  private void restore(byte[] key, byte @Nullable [] value) {
    if (value == null) {
      entries.remove(key);
    } else {
      entries.put(key, value);
    }
  }

  @Override
  public Scan from(byte[] key) {
    return new Scan() {
      private Map.@Nullable Entry<byte[], byte[]> next = entries.ceilingEntry(key);

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public byte[] peekKey() {
        return current().getKey();
      }

      @Override
      public byte[] next() {
        Map.Entry<byte[], byte[]> entry = current();
        next = entries.higherEntry(entry.getKey());
        walked++;
        return entry.getValue();
      }

      private Map.Entry<byte[], byte[]> current() {
        if (next == null) {
          throw new IllegalStateException("expected another entry, found the end");
        }
        return next;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void mark(byte[] key) {
    byte[] before = mark;
    undo.push(() -> mark = before);
    mark = key;
  }

  @Override
  public byte @Nullable [] marked() {
    return mark;
  }
}
