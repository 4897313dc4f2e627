package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.Endpoints;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.PlatformHealth.State;
import io.clusterdb.tasks.http.ServiceRegistry;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.orchestrator.OrchestratorState;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.scheduler.SchedulerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The services of a platform, on one connection that closes them. */
final class PlatformServices implements AutoCloseable {
  static final String SCHEDULER = "scheduler";
  static final String ORCHESTRATOR = "orchestrator";
  private static final Duration READY = Duration.ofSeconds(60);

  private final ServiceRegistry metrics;
  private final Tasks tasks;

  private PlatformServices(ServiceRegistry metrics, Tasks tasks) {
    this.metrics = metrics;
    this.tasks = tasks;
  }

  static PlatformServices connect(TasksConfig config) {
    ServiceRegistry metrics = new ServiceRegistry();
    return new PlatformServices(metrics, Tasks.connect(config, metrics.registry()));
  }

  /** Tells in the catalog where the platform's services are. */
  void announce(Endpoints here) {
    CatalogSnapshot unused =
        TasksRuntime.of(tasks)
            .catalogWriter()
            .change(
                catalog ->
                    catalog.endpoints().equals(here)
                        ? List.of()
                        : List.of(new CatalogChange.PutEndpoints(here)));
  }

  /** Starts the scheduler, whose stores are in this directory, and waits until it works. */
  void schedule(Path stateDir, PlatformHealth health) {
    SchedulerService scheduler =
        SchedulerService.startReady(
            TasksRuntime.of(tasks), SchedulerSettings.DEFAULT.stateDir(stateDir), READY);
    health.watch(SCHEDULER, () -> state(scheduler.state()));
  }

  /** Starts the orchestrator, whose stores are in this directory; it works a moment later. */
  OrchestratorService orchestrate(Path stateDir, PlatformHealth health) {
    OrchestratorService orchestrator =
        OrchestratorService.start(
            TasksRuntime.of(tasks),
            OrchestratorSettings.DEFAULT.stateDir(stateDir),
            health::report);
    health.watch(ORCHESTRATOR, () -> state(orchestrator.state()));
    return orchestrator;
  }

  /** Waits until the orchestrator works. */
  static void await(OrchestratorService orchestrator) {
    try {
      if (!orchestrator.awaitReady(READY)) {
        throw new TasksException(
            ErrorCode.INTERNAL,
            "the orchestrator was expected to work within %d s, and did not. See its log above."
                .formatted(READY.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TasksException(
          ErrorCode.CANCELLED, "interrupted while the orchestrator started. Start it again.", e);
    }
  }

  private static State state(OrchestratorState orchestrator) {
    return switch (orchestrator) {
      case STARTING -> State.STARTING;
      case RUNNING, REBALANCING -> State.UP;
      case FAILED, CLOSED -> State.FAILED;
    };
  }

  private static State state(SchedulerState scheduler) {
    return switch (scheduler) {
      case STARTING -> State.STARTING;
      case RUNNING, REBALANCING -> State.UP;
      case FAILED, CLOSED -> State.FAILED;
    };
  }

  Tasks tasks() {
    return tasks;
  }

  @Override
  public void close() {
    tasks.close();
    metrics.close();
  }
}
