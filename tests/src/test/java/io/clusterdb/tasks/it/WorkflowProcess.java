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
 * An orchestrator that can be killed: {@code BOOTSTRAP INSTANCE STATE_DIR STANDBYS}; prints a line
 * when ready.
 */
final class WorkflowProcess {
  private WorkflowProcess() {}

  public static void main(String[] args) throws InterruptedException {
    TasksRuntime tasks =
        TasksRuntime.of(
            Tasks.connect(TasksConfig.of(args[0]).http(HttpConfig.DEFAULT.listen("127.0.0.1:0"))));
    OrchestratorService orchestrator =
        OrchestratorService.start(
            tasks,
            OrchestratorSettings.DEFAULT
                .instance(args[1])
                .stateDir(Path.of(args[2]))
                .standbyReplicas(Integer.parseInt(args[3])));
    System.out.println(orchestrator.awaitReady(Duration.ofSeconds(60)) ? "ready" : "not ready");
  }
}
