package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A scheduler in a process of its own. Argument: bootstrap. */
final class BenchScheduler {
  private BenchScheduler() {}

  public static void main(String[] arguments) throws Exception {
    try (Tasks tasks = Tasks.connect(arguments[0]);
        SchedulerService scheduler =
            SchedulerService.start(TasksRuntime.of(tasks), SchedulerSettings.DEFAULT)) {
      scheduler.awaitReady(Duration.ofSeconds(60));
      System.out.println("ready");
      new CountDownLatch(1).await();
    }
  }
}
