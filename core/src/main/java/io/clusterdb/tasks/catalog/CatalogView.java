package io.clusterdb.tasks.catalog;

import java.util.Map;
import java.util.function.Consumer;

/** A live reader of the catalog. Thread-safe. */
public interface CatalogView {
  /** What was read last; costs nothing. */
  CatalogSnapshot current();

  /**
   * Reads the catalog to its present end first.
   *
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE
   */
  CatalogSnapshot latest();

  /** Keys whose newest record cannot be read, each with the reason; as of what was read last. */
  default Map<String, String> unreadable() {
    return Map.of();
  }

  /**
   * Calls back with each later snapshot, on the reader's thread, until the handle is closed; the
   * callback must not block.
   */
  AutoCloseable onChange(Consumer<CatalogSnapshot> listener);
}
