package io.clusterdb.tasks.scheduler.engine;

import org.jspecify.annotations.Nullable;

/** Holders of unique keys. Used by one thread. */
public interface KeyStore {
  /** The holder of a key; null for none. */
  @Nullable KeyHolder holder(String key);

  /** Sets the holder of a key; null for none. */
  void hold(String key, @Nullable KeyHolder holder);

  /** The key under which a job waits for newer ones; null for none. */
  @Nullable String waiting(String jobId);

  /** Sets the key under which a job waits for newer ones; null for none. */
  void waits(String jobId, @Nullable String key);
}
