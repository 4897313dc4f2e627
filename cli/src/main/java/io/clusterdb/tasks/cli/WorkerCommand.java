package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.JobHandler;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.http.HttpServer;
import io.clusterdb.tasks.http.ServiceRegistry;
import io.clusterdb.tasks.worker.handler.ExecHandler;
import io.clusterdb.tasks.worker.handler.ExecOptions;
import io.clusterdb.tasks.worker.handler.HandlerOption;
import io.clusterdb.tasks.worker.handler.HttpHandler;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks worker}: runs jobs by commands and HTTP calls. */
@Command(
    name = "worker",
    description = {
      "Runs jobs by commands or HTTP calls, until it is stopped or, with --drain, until its queues"
          + " are empty.",
      "",
      "A command gets the payload on standard input. {} in it stands for the payload of a job that"
          + " was enqueued by --lines, as one argument: there is no shell, so no name can do harm."
          + " Job data are in TASKS_JOB_ID, TASKS_JOB_TYPE, TASKS_JOB_ATTEMPT and so on.",
      "Exit code 0 succeeds, and what the command printed is the result. Exit code 75 fails the"
          + " attempt with TransientError, any other with ExecError; a last line {\"error\":"
          + " {\"type\": \"...\", \"message\": \"...\"}} on standard error names the error itself.",
      "An HTTP handler gets the payload as a POST: 2xx succeeds, 408, 429 and 5xx are retried,"
          + " other answers are not.",
      "",
      "SIGTERM and SIGINT let running jobs end first; what they interrupt runs again elsewhere."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks worker --queue files --exec 'sha256=sha256sum {}' --drain",
      "  tasks worker --queue mails --exec 'mail=./send-mail.sh' --concurrency 4",
      "  tasks worker --queue orders --http 'order=http://localhost:3000/orders'",
      "  tasks worker --queue logs --exec 'errors=grep -c ERROR | sort' --shell"
    })
final class WorkerCommand implements Callable<Integer>, Service {
  private static final Duration TURN = Duration.ofMillis(200);

  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--queue",
      required = true,
      paramLabel = "Q",
      description = "Queue to take jobs from; may be repeated.")
  private List<String> queues = List.of();

  @Option(
      names = "--exec",
      paramLabel = "TYPE=COMMAND",
      description = "Run jobs of this type by this command; may be repeated.")
  private List<String> commands = List.of();

  @Option(
      names = "--http",
      paramLabel = "TYPE=URL",
      description = "Run jobs of this type by a POST to this address; may be repeated.")
  private List<String> urls = List.of();

  @Option(names = "--shell", description = "Run commands by sh -c; {} is refused then.")
  private boolean shell;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Jobs at once, for each queue (default: the queue's own).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--drain",
      description =
          "End when the queues are empty; delayed jobs and waiting retries don't count. If nothing"
              + " is left but jobs of types that no --exec or --http names, end as well, with exit"
              + " code 1: they stay in the queue, without having cost an attempt.")
  private boolean drain;

  @Option(
      names = "--drain-timeout",
      paramLabel = "30s",
      description = "How long running jobs may go on when it is stopped (default: 30s).")
  private @Nullable Duration drainTimeout;

  @Option(
      names = "--instance",
      paramLabel = "ID",
      description = "A stable name of this worker, unlike any other's (default: a random one).")
  private @Nullable String instance;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Serve /metrics, /health/live and /health/ready here, port 0 for a free one (default:"
              + " nowhere).")
  private @Nullable String listen;

  @Option(
      names = "--config",
      paramLabel = "F",
      description = "YAML file that says where Kafka and the registry are, and how it is traced.")
  private @Nullable Path config;

  WorkerCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (HttpClient client = HttpHandler.client()) {
      Map<String, JobHandler<Payload>> handlers = handlers(client);
      AttemptCounts counts = new AttemptCounts();
      TasksConfig settings = settings();
      String address = listen == null ? null : ServiceServer.checked(spec, "--listen", listen);
      try (ServiceRegistry metrics = new ServiceRegistry();
          Tasks tasks =
              context.connector().connect(settings, address == null ? null : metrics.registry())) {
        Processor processor = start(tasks, handlers, counts);
        try (HttpServer server = serve(settings.http(), address, metrics, processor)) {
          if (server != null) {
            context.terminal().say("metrics and health at " + server.address());
          }
          return run(processor, counts);
        }
      }
    }
  }

  private TasksConfig settings() {
    return config == null
        ? context.options().config()
        : context.options().over(ConfigFiles.load(config, context));
  }

  private int run(Processor processor, AttemptCounts counts) throws InterruptedException {
    Progress progress = new Progress(context.terminal(), context.nanoTime());
    boolean survived;
    Map<String, Integer> left = Map.of();
    try (processor) {
      context.stop().arm();
      context
          .terminal()
          .say(
              "worker %s takes jobs from %s"
                  .formatted(processor.instanceId(), String.join(", ", queues)));
      boolean empty = false;
      while (!empty && left.isEmpty() && processor.running() && !context.stop().isAsked()) {
        empty = drain ? processor.awaitEmpty(TURN) : context.stop().await(TURN.toMillis());
        left = drain && !empty ? processor.leftover() : Map.of();
        if (drain || context.terminal().live()) {
          progress.tick(counts::toString);
        }
      }
      survived = empty || processor.running() || context.stop().isAsked();
    } finally {
      progress.clear();
      context.terminal().say("%s, in %.1f s".formatted(counts, progress.seconds()));
    }
    if (!left.isEmpty()) {
      context.terminal().say(leftover(left));
    }
    return survived && left.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private static @Nullable HttpServer serve(
      HttpConfig config, @Nullable String address, ServiceRegistry metrics, Processor processor) {
    return address == null
        ? null
        : ServiceServer.start(
            config.listen(address), metrics.registry(), () -> WorkerHealth.report(processor));
  }

  private static String leftover(Map<String, Integer> left) {
    return left.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(type -> "%,d of type %s".formatted(type.getValue(), type.getKey()))
        .collect(
            Collectors.joining(
                ", ",
                "jobs that this worker cannot run stay in the queue: ",
                ". Name what runs them with --exec or --http."));
  }

  private Processor start(
      Tasks tasks, Map<String, JobHandler<Payload>> handlers, AttemptCounts counts) {
    Processor.Builder builder = Processor.on(tasks).middleware(counts);
    for (String queue : new LinkedHashSet<>(queues)) {
      builder.queue(queue);
      if (concurrency != null) {
        builder.concurrency(concurrency);
      }
    }
    handlers.forEach((type, handler) -> builder.handler(type, Payload.class, handler));
    if (drainTimeout != null) {
      builder.drainTimeout(drainTimeout);
    }
    if (instance != null) {
      builder.instanceId(instance);
    }
    return Usage.checked(spec, builder::start);
  }

  private Map<String, JobHandler<Payload>> handlers(HttpClient client) {
    Map<String, JobHandler<Payload>> handlers = new LinkedHashMap<>();
    for (String text : commands) {
      HandlerOption option = HandlerOption.parse("--exec", text);
      add(handlers, option, exec(option.target()));
    }
    for (String text : urls) {
      HandlerOption option = HandlerOption.parse("--http", text);
      add(handlers, option, HttpHandler.url(option.target(), client));
    }
    if (handlers.isEmpty()) {
      throw Usage.error(
          spec,
          "expected what runs the jobs, --exec 'TYPE=COMMAND' or --http 'TYPE=URL', found none");
    }
    return handlers;
  }

  private ExecHandler exec(String command) {
    return shell
        ? ExecHandler.shell(command, ExecOptions.DEFAULT)
        : ExecHandler.command(command, ExecOptions.DEFAULT);
  }

  private void add(
      Map<String, JobHandler<Payload>> handlers,
      HandlerOption option,
      JobHandler<Payload> handler) {
    if (handlers.putIfAbsent(option.type(), handler) != null) {
      throw Usage.error(spec, "expected one handler for type " + option.type() + ", found several");
    }
  }
}
