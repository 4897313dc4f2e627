package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;

/** Opens connections to the platform. */
@FunctionalInterface
interface Connector {
  /** A connection of this configuration. */
  Tasks connect(TasksConfig config);
}
