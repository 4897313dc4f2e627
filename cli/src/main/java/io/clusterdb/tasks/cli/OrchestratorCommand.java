package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.http.ServiceRegistry;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.orchestrator.OrchestratorState;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks orchestrator}: runs the service. */
@Command(
    name = "orchestrator",
    description = {
      "Runs the orchestrator: it knows the state of every job and answers for it.",
      "",
      "Any number of instances share the work. With --instance and --state-dir a restart takes its"
          + " work up again at once. SIGTERM and Ctrl-C stop it cleanly."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks orchestrator",
      "  tasks orchestrator --instance orchestrator-1 --state-dir /var/lib/tasks --http"
          + " 0.0.0.0:8080"
    })
final class OrchestratorCommand implements Callable<Integer>, Service {
  private static final long TURN_MILLIS = 200;

  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "F",
      description = "YAML file that says where Kafka and the registry are.")
  private @Nullable Path config;

  @Option(
      names = "--instance",
      paramLabel = "ID",
      description = "A stable name, unlike any other instance's (default: none).")
  private @Nullable String instance;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Where its stores are (default: a temporary folder, restored at each start).")
  private @Nullable Path stateDir;

  @Option(
      names = "--standby-replicas",
      paramLabel = "N",
      description =
          "Copies of each store on other instances, which answer while one is missing and take over"
              + " without reading it anew (default: ${DEFAULT-VALUE}).")
  private int standbyReplicas = OrchestratorSettings.DEFAULT.standbyReplicas();

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Serve the HTTP API here (default: what the file says, else 127.0.0.1:8080).")
  private @Nullable String http;

  OrchestratorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    TasksConfig settings =
        config == null
            ? context.options().config()
            : context.options().over(ConfigFiles.load(config, context));
    if (http != null) {
      settings = settings.http(settings.http().listen(ServiceServer.checked(spec, "--http", http)));
    }
    OrchestratorSettings how =
        Usage.checked(
            spec,
            () ->
                OrchestratorSettings.DEFAULT
                    .instance(instance)
                    .stateDir(stateDir)
                    .standbyReplicas(standbyReplicas));
    context.stop().arm();
    try (ServiceRegistry metrics = new ServiceRegistry();
        Tasks tasks = context.connector().connect(settings, metrics.registry());
        OrchestratorService orchestrator = OrchestratorService.start(TasksRuntime.of(tasks), how)) {
      context.terminal().say("the orchestrator starts, its API at " + orchestrator.api());
      return run(orchestrator);
    }
  }

  private int run(OrchestratorService orchestrator) throws InterruptedException {
    boolean told = false;
    while (!context.stop().await(TURN_MILLIS)) {
      if (orchestrator.state() == OrchestratorState.FAILED) {
        context.terminal().say("tasks: the orchestrator ended by itself; see the log above");
        return ExitCodes.FAILED;
      }
      if (!told && orchestrator.ready()) {
        context.terminal().say("the orchestrator works");
        told = true;
      }
    }
    return ExitCodes.DONE;
  }
}
