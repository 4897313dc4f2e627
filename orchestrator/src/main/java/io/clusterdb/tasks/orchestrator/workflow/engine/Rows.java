package io.clusterdb.tasks.orchestrator.workflow.engine;

import org.jspecify.annotations.Nullable;

/** Reads the rows of one run. */
@FunctionalInterface
public interface Rows {
  /** A row; null if there is none. */
  @Nullable Row get(Row.Key key);
}
