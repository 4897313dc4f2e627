package io.clusterdb.tasks.it;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An orchestrator that can be killed: {@code BOOTSTRAP STATE_DIR}; prints its address when ready.
 */
final class OrchestratorProcess {
  private OrchestratorProcess() {}

  public static void main(String[] args) throws InterruptedException {
    TasksConfig config = TasksConfig.of(args[0]).http(HttpConfig.DEFAULT.listen("127.0.0.1:0"));
    OrchestratorService orchestrator =
        OrchestratorService.start(
            TasksRuntime.of(Tasks.connect(config)),
            OrchestratorSettings.DEFAULT.stateDir(Path.of(args[1])));
    System.out.println(
        orchestrator.awaitReady(Duration.ofSeconds(60)) ? orchestrator.api() : "not ready");
  }
}
