package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import org.jspecify.annotations.Nullable;

/**
 * Connects to Kafka. Where no schema registry is named, the catalog is asked for the one that this
 * platform writes its records with: without it they could not be read.
 */
final class Connections implements Connector {
  @Override
  public Tasks connect(TasksConfig config) {
    Tasks tasks = Tasks.connect(config);
    if (config.registryUrl() != null) {
      return tasks;
    }
    @Nullable String registry;
    try {
      registry = TasksRuntime.of(tasks).catalog().latest().endpoints().registry();
    } catch (RuntimeException e) {
      tasks.close();
      throw e;
    }
    if (registry == null) {
      return tasks;
    }
    tasks.close();
    return Tasks.connect(config.registryUrl(registry));
  }
}
