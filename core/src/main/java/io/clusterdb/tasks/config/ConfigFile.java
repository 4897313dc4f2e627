package io.clusterdb.tasks.config;

import io.clusterdb.tasks.TasksConfig;
import java.nio.file.Path;
import java.util.Map;

/** Reads the YAML file. */
public final class ConfigFile {
  private ConfigFile() {}

  /** Loads. */
  public static TasksConfig load(Path file, Map<String, String> environment) {
    if (environment.isEmpty()) {
      return TasksConfig.of(file.toString());
    }
    throw new IllegalStateException(file + " " + environment.size());
  }
}
