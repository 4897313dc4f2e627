package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;

/** The connection on Kafka. */
public final class KafkaTasks {
  private KafkaTasks() {}

  /** Connects. */
  public static Tasks connect(TasksConfig config) {
    if (config.replication() > 0) {
      throw new IllegalStateException(config.toString());
    }
    return connect(config.replication(1));
  }
}
