package io.clusterdb.tasks.streams.routing;

import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which queues exist. Before a queue counts as absent the catalog is read to its end, since the
 * live view may trail behind a queue that was just created; that is asked for again only after a
 * second, so that many jobs of a deleted queue cost one look. Thread-safe.
 */
public final class KnownQueues {
  private static final long ABSENT_FOR = Duration.ofSeconds(1).toNanos();
  private static final int MOST_ABSENT = 1_000;

  private final CatalogView catalog;
  private final LongSupplier ticker;
  private final Map<String, Long> absentSince = new LinkedHashMap<>();

  /**
   * Creates it.
   *
   * @param catalog the live catalog
   * @param ticker a monotonic clock in nanoseconds
   */
  public KnownQueues(CatalogView catalog, LongSupplier ticker) {
    this.catalog = catalog;
    this.ticker = ticker;
  }

  /** Whether a queue exists. */
  public Presence find(String queue) {
    if (catalog.current().queue(queue) != null) {
      return Presence.PRESENT;
    }
    return isAbsent(queue) ? Presence.ABSENT : look(queue);
  }

  /** The queue of a job that names none: its type's, else the default one. */
  public String queueOf(String type) {
    return catalog.current().queueOf(null, type);
  }

  private Presence look(String queue) {
    try {
      if (catalog.latest().queue(queue) != null) {
        return Presence.PRESENT;
      }
    } catch (TasksException e) {
      return Presence.UNKNOWN;
    }
    remember(queue);
    return Presence.ABSENT;
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

  /** Whether a queue exists, as far as the catalog says. */
  public enum Presence {
    /** The catalog has it. */
    PRESENT,
    /** The catalog, read to its end, has it not. */
    ABSENT,
    /** The catalog cannot be read now. */
    UNKNOWN
  }
}
