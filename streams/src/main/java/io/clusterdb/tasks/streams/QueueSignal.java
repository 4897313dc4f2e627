package io.clusterdb.tasks.streams;

import io.clusterdb.tasks.catalog.CatalogSnapshot;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts how often queues came into the catalog, so that whoever looks for their topics by a
 * pattern knows when to look again. Thread-safe.
 */
public final class QueueSignal {
  private final AtomicLong changes = new AtomicLong();
  private Set<String> known;

  /** Starts with the queues of this catalog. */
  public QueueSignal(CatalogSnapshot catalog) {
    known = catalog.queues().keySet();
  }

  /** The catalog is like this now. */
  public synchronized void changed(CatalogSnapshot catalog) {
    Set<String> now = catalog.queues().keySet();
    if (!known.containsAll(now)) {
      changes.incrementAndGet();
    }
    known = now;
  }

  /** How often queues came. */
  long changes() {
    return changes.get();
  }
}
