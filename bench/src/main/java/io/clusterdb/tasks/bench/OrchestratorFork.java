package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * An orchestrator in a process of its own, with the settings that ship. Arguments: bootstrap, state
 * directory. Prints a line when it works.
 */
final class OrchestratorFork {
  private static final String HEAP = "512m";

  private OrchestratorFork() {}

  /** Starts one and waits until it works. */
  static Fork start(String bootstrap, Path state) throws Exception {
    Fork fork = Fork.start(OrchestratorFork.class, HEAP, List.of(bootstrap, state.toString()));
    fork.line();
    return fork;
  }

  public static void main(String[] arguments) throws Exception {
    TasksConfig config =
        TasksConfig.of(arguments[0]).http(HttpConfig.DEFAULT.listen("127.0.0.1:0"));
    OrchestratorSettings settings = OrchestratorSettings.DEFAULT.stateDir(Path.of(arguments[1]));
    try (Tasks tasks = Tasks.connect(config);
        OrchestratorService service = OrchestratorService.start(TasksRuntime.of(tasks), settings)) {
      if (!service.awaitReady(Duration.ofMinutes(5))) {
        throw new IllegalStateException("the orchestrator does not start");
      }
      System.out.println("ready");
      new CountDownLatch(1).await(); // until the parent ends this process
    }
  }
}
