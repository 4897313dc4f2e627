package io.clusterdb.tasks.metrics;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Values of a label that come from outside: the first so many are shown as they are, all further
 * ones as {@value #OTHER}, so that whoever enqueues jobs of ten thousand types fills no memory,
 * here or in Prometheus. Thread-safe.
 */
public final class BoundedLabels {
  /** Stands for what came too late. */
  public static final String OTHER = "other";

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Shows at most this many values. */
  public BoundedLabels(int most) {
    this.most = most;
  }

  /** Keeps places for these, before strangers take them; no more than there are. */
  public void reserve(Collection<String> values) {
    values.forEach(this::of);
  }

  /** The value, or {@value #OTHER}. */
  public String of(String value) {
    if (known.contains(value)) {
      return value;
    }
    synchronized (known) {
      return known.size() < most && known.add(value) ? value : OTHER;
    }
  }
}
