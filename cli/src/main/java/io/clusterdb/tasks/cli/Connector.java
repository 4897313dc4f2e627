package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** Opens connections to the platform. */
@FunctionalInterface
interface Connector {
  /** Connects for real. */
  Connector TO_KAFKA =
      (config, metrics) -> metrics == null ? Tasks.connect(config) : Tasks.connect(config, metrics);

  /** A connection of this configuration, measuring into this registry; null for none. */
  Tasks connect(TasksConfig config, @Nullable MeterRegistry metrics);

  /** A connection of this configuration that measures nothing. */
  default Tasks connect(TasksConfig config) {
    return connect(config, null);
  }
}
