package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Queues by name. Before a queue counts as absent the catalog is read to its end, since the live
 * view may trail behind a queue that was just created; that is asked for again only after a second.
 * Thread-safe.
 */
final class QueueCatalog {
  private static final long ABSENT_FOR = Duration.ofSeconds(1).toNanos();
  private static final int MOST_ABSENT = 1_000;

  private final CatalogView catalog;
  private final LongSupplier ticker;
  private final Map<String, Long> absentSince = new LinkedHashMap<>();

  QueueCatalog(CatalogView catalog, LongSupplier ticker) {
    this.catalog = catalog;
    this.ticker = ticker;
  }

  /** What is known now; costs nothing. */
  CatalogSnapshot current() {
    return catalog.current();
  }

  /** The queue of this name; null if there is none. */
  @Nullable Queue find(String name) {
    Queue known = catalog.current().queue(name);
    if (known != null || isAbsent(name)) {
      return known;
    }
    try {
      known = catalog.latest().queue(name);
    } catch (TasksException e) {
      return null; // not known now; asked for again with the next record
    }
    if (known == null) {
      remember(name);
    }
    return known;
  }

  private synchronized boolean isAbsent(String queue) {
    Long since = absentSince.get(queue);
    return since != null && ticker.getAsLong() - since < ABSENT_FOR;
  }

  private synchronized void remember(String queue) {
    if (absentSince.size() >= MOST_ABSENT) {
      absentSince.clear();
    }
    absentSince.put(queue, ticker.getAsLong());
  }
}
