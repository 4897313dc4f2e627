package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.http.HealthResource;
import io.clusterdb.tasks.http.HttpServer;
import io.clusterdb.tasks.http.ServiceRegistry;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.scheduler.SchedulerState;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks scheduler}: runs the service. */
@Command(
    name = "scheduler",
    description = {
      "Runs the scheduler: it keeps delayed jobs and retries until their time, and trims topics.",
      "",
      "Any number of instances share the work. With --instance and --state-dir a restart takes its"
          + " work up again at once. SIGTERM and Ctrl-C stop it cleanly."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks scheduler",
      "  tasks scheduler --instance scheduler-1 --state-dir /var/lib/tasks --http 0.0.0.0:8090"
    })
final class SchedulerCommand implements Callable<Integer>, Service {
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
      names = "--threads",
      paramLabel = "N",
      description = "Threads that share its partitions (default: ${DEFAULT-VALUE}).")
  private int threads = SchedulerSettings.DEFAULT.threads();

  @Option(
      names = "--standby-replicas",
      paramLabel = "N",
      description =
          "Copies of each store on other instances, which take over without reading it anew"
              + " (default: ${DEFAULT-VALUE}).")
  private int standbyReplicas = SchedulerSettings.DEFAULT.standbyReplicas();

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description =
          "Serve /metrics, /health/live and /health/ready here, port 0 for a free one (default:"
              + " nowhere).")
  private @Nullable String http;

  SchedulerCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    TasksConfig settings =
        config == null
            ? context.options().config()
            : context.options().over(ConfigFiles.load(config, context));
    SchedulerSettings how =
        Usage.checked(
            spec,
            () ->
                SchedulerSettings.DEFAULT
                    .instance(instance)
                    .stateDir(stateDir)
                    .threads(threads)
                    .standbyReplicas(standbyReplicas));
    context.stop().arm();
    String listen = http == null ? null : ServiceServer.checked(spec, "--http", http);
    try (ServiceRegistry metrics = new ServiceRegistry();
        Tasks tasks =
            context.connector().connect(settings, listen == null ? null : metrics.registry());
        SchedulerService scheduler = SchedulerService.start(TasksRuntime.of(tasks), how);
        HttpServer server = serve(settings.http(), listen, metrics, scheduler)) {
      context
          .terminal()
          .say(
              "the scheduler starts"
                  + (server == null ? "" : ", metrics and health at " + server.address()));
      return run(scheduler);
    }
  }

  private int run(SchedulerService scheduler) throws InterruptedException {
    boolean told = false;
    while (!context.stop().await(TURN_MILLIS)) {
      if (scheduler.state() == SchedulerState.FAILED) {
        context.terminal().say("tasks: the scheduler ended by itself; see the log above");
        return ExitCodes.FAILED;
      }
      if (!told && scheduler.ready()) {
        context.terminal().say("the scheduler works");
        told = true;
      }
    }
    return ExitCodes.DONE;
  }

  private static @Nullable HttpServer serve(
      HttpConfig config, @Nullable String listen, ServiceRegistry metrics, SchedulerService of) {
    return listen == null
        ? null
        : ServiceServer.start(config.listen(listen), metrics.registry(), () -> report(of));
  }

  private static HealthResource.Report report(SchedulerService scheduler) {
    SchedulerState state = scheduler.state();
    String missing = scheduler.unready();
    Map<String, Object> parts = new TreeMap<>();
    parts.put("scheduler", state.name().toLowerCase(Locale.ROOT));
    if (!scheduler.restoring().isEmpty()) {
      parts.put("restoring", scheduler.restoring());
    }
    return new HealthResource.Report(
        state != SchedulerState.FAILED, missing == null, parts, missing);
  }
}
