package io.clusterdb.tasks.it;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A scheduler that can be killed: {@code BOOTSTRAP INSTANCE STATE_DIR}, where {@code -} is no
 * stable instance; prints a line when ready.
 */
final class SchedulerProcess {
  private SchedulerProcess() {}

  public static void main(String[] args) throws InterruptedException {
    TasksRuntime tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(args[0])));
    SchedulerService scheduler =
        SchedulerService.start(
            tasks,
            SchedulerSettings.DEFAULT
                .instance(args[1].equals("-") ? null : args[1])
                .stateDir(Path.of(args[2])));
    System.out.println(scheduler.awaitReady(Duration.ofSeconds(60)) ? "ready" : "not ready");
  }
}
