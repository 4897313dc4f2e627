package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.Endpoints;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole platform in this process, scheduler included, with a connection to it. */
final class DevPlatform implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);

  private final EmbeddedPlatform platform;
  private final Tasks tasks;

  private DevPlatform(EmbeddedPlatform platform, Tasks tasks) {
    this.platform = platform;
    this.tasks = tasks;
  }

  /** Starts the platform and returns when all of it works. */
  static DevPlatform start(EmbeddedPlatform.Builder builder, String prefix)
      throws InterruptedException {
    EmbeddedPlatform platform = builder.start();
    @Nullable Tasks tasks = null;
    boolean started = false;
    try {
      tasks =
          Tasks.connect(
              TasksConfig.of(platform.bootstrap())
                  .prefix(prefix)
                  .registryUrl(platform.registry().toString()));
      DevPlatform made = new DevPlatform(platform, tasks);
      made.announce();
      made.schedule();
      started = true;
      return made;
    } finally {
      if (!started) {
        if (tasks != null) {
          tasks.close();
        }
        platform.close();
      }
    }
  }

  /** A connection to the platform, closed with it. */
  Tasks tasks() {
    return tasks;
  }

  /** What tools need to know. */
  Shapes.Addresses addresses() {
    return new Shapes.Addresses(
        platform.bootstrap(), platform.api().toString(), platform.registry().toString());
  }

  /** Where the data are. */
  String dataDir() {
    return platform.dataDir().toString();
  }

  private void announce() {
    Endpoints here = new Endpoints(platform.api().toString(), platform.registry().toString());
    CatalogSnapshot unused =
        TasksRuntime.of(tasks)
            .catalogWriter()
            .change(
                catalog ->
                    catalog.endpoints().equals(here)
                        ? List.of()
                        : List.of(new CatalogChange.PutEndpoints(here)));
  }

  private void schedule() throws InterruptedException {
    SchedulerService scheduler =
        SchedulerService.start(
            TasksRuntime.of(tasks),
            SchedulerSettings.DEFAULT.stateDir(platform.dataDir().resolve("scheduler")));
    if (!scheduler.awaitReady(READY)) {
      throw new TasksException(
          ErrorCode.INTERNAL,
          "the scheduler was expected to work within %d s, and is %s. See the log above."
              .formatted(READY.toSeconds(), scheduler.state()));
    }
  }

  @Override
  public void close() {
    try {
      tasks.close(); // its scheduler and processors before the broker
    } finally {
      platform.close();
    }
  }
}
