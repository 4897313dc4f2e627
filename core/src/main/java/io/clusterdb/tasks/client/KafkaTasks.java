package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import java.util.ServiceLoader;

/** The connection on Kafka. */
public final class KafkaTasks {
  private KafkaTasks() {}

  /** Connects. */
  public static Tasks connect(TasksConfig config) {
    return ServiceLoader.load(Tasks.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(config.toString()));
  }
}
