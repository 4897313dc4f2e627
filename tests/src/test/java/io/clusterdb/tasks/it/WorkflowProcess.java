package io.clusterdb.tasks.it;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * An orchestrator that can be killed: {@code BOOTSTRAP SESSION_MS INSTANCE STATE_DIR STANDBYS};
 * prints a line when ready.
 */
final class WorkflowProcess {
  private WorkflowProcess() {}

  public static void main(String[] args) throws InterruptedException {
    TasksRuntime tasks =
        TasksRuntime.of(
            Tasks.connect(config(args[0], args[1]).http(HttpConfig.DEFAULT.listen("127.0.0.1:0"))));
    OrchestratorService orchestrator =
        OrchestratorService.start(
            tasks,
            OrchestratorSettings.DEFAULT
                .instance(args[2])
                .stateDir(Path.of(args[3]))
                .standbyReplicas(Integer.parseInt(args[4])));
    System.out.println(orchestrator.awaitReady(Duration.ofSeconds(60)) ? "ready" : "not ready");
  }

  /** Sessions of this length. */
  static TasksConfig config(String bootstrap, String sessionMs) {
    return TasksConfig.of(bootstrap)
        .kafkaProperties(
            Map.of(
                "session.timeout.ms",
                sessionMs,
                "heartbeat.interval.ms",
                String.valueOf(Integer.parseInt(sessionMs) / 4)));
  }
}
