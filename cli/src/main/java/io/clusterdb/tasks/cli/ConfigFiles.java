package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.config.Applier;
import io.clusterdb.tasks.config.Apply;
import io.clusterdb.tasks.config.ConfigFile;
import io.clusterdb.tasks.config.Plan;
import java.nio.file.Path;

/** What commands do with a YAML file. */
final class ConfigFiles {
  private ConfigFiles() {}

  /** Reads a file, with the command's environment for its variables. */
  static TasksConfig load(Path file, Context context) {
    return ConfigFile.load(file, context.options().environment());
  }

  /** What applying a file to this platform would do. */
  static Plan plan(Tasks tasks, TasksConfig wanted) {
    TasksRuntime runtime = TasksRuntime.of(tasks);
    return Apply.plan(runtime.catalog().latest(), wanted, runtime.clock().instant());
  }

  /** Does it. */
  static void apply(Tasks tasks, Plan plan) {
    Applier.of(tasks).apply(plan, step -> {});
  }
}
