package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.TasksException;
import java.util.List;

/**
 * Decides what to change. Called again when somebody else changed the catalog meanwhile, so it
 * depends on the snapshot only.
 */
@FunctionalInterface
public interface CatalogDecision {
  /**
   * The changes, to be made all or none; empty if all is well as it is.
   *
   * @throws TasksException to refuse, such as CONFLICT
   */
  List<CatalogChange> decide(CatalogSnapshot catalog);
}
