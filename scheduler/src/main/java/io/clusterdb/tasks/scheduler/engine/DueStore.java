package io.clusterdb.tasks.scheduler.engine;

import org.jspecify.annotations.Nullable;

/** An ordered store of waiting jobs, and one mark beside them. Used by one thread. */
public interface DueStore {
  /** Stores an entry, in place of the one of this key if there is one. */
  void put(byte[] key, byte[] value);

  /** Removes an entry that is there. */
  void remove(byte[] key);

  /** The entry of this key; null if there is none. */
  byte @Nullable [] get(byte[] key);

  /** Entries from this key on, in the keys' order as unsigned bytes. */
  Scan from(byte[] key);

  /** Stores the mark. */
  void mark(byte[] key);

  /** The mark; null if there never was one. */
  byte @Nullable [] marked();

  /** A walk over entries as they were when it began, or later. */
  interface Scan extends AutoCloseable {
    /** Whether there is another entry. */
    boolean hasNext();

    /** The next entry's key, without going on. */
    byte[] peekKey();

    /** The next entry's value; goes on. */
    byte[] next();

    @Override
    void close();
  }
}
