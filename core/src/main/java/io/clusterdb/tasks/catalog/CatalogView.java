package io.clusterdb.tasks.catalog;

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

  /**
   * Calls back with each later snapshot, on the reader's thread, until the handle is closed; the
   * callback must not block.
   */
  AutoCloseable onChange(Consumer<CatalogSnapshot> listener);
}
