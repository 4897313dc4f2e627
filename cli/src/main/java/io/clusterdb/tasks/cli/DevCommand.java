package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks dev}: the whole platform in this process. */
@Command(
    name = "dev",
    description = {
      "Runs the whole platform in one process, a real Kafka broker included, for this machine"
          + " only.",
      "",
      "Data stay in ~/.tasks/dev, or where --data says, and are found again at the next start."
          + " A queue named default is made. SIGTERM and Ctrl-C stop it cleanly."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks dev",
      "  tasks dev --ephemeral --config tasks.yaml",
      "  tasks dev --kafka-port 0 --http-port 0 --registry-port 0 --output json"
    })
final class DevCommand implements Callable<Integer>, Service {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "F",
      description = "YAML file whose queues and types are applied.")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the data are kept (default: ~/.tasks/dev).")
  private @Nullable Path data;

  @Option(names = "--ephemeral", description = "Keep nothing beyond this run.")
  private boolean ephemeral;

  @Option(
      names = "--kafka-port",
      paramLabel = "N",
      description = "Port of Kafka; 0 picks a free one (default: 9092).")
  private int kafkaPort = 9092;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "Port of the HTTP API; 0 picks a free one (default: 8080).")
  private int httpPort = 8080;

  @Option(
      names = "--registry-port",
      paramLabel = "N",
      description = "Port of the schema registry; 0 picks a free one (default: 8081).")
  private int registryPort = 8081;

  DevCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (ephemeral && data != null) {
      throw Usage.error(spec, "expected --data or --ephemeral, found both");
    }
    @Nullable TasksConfig declared = config == null ? null : ConfigFiles.load(config, context);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    EmbeddedPlatform.Builder builder =
        EmbeddedPlatform.builder()
            .kafkaPort(kafkaPort)
            .httpPort(httpPort)
            .registryPort(registryPort)
            .prefix(context.options().config().prefix())
            .onFailure(
                error -> {
                  failure.set(error);
                  context.stop().ask();
                });
    if (!ephemeral) {
      builder.dataDir(data == null ? defaultData() : data);
    }
    context.stop().arm();
    context.terminal().say("starting the platform...");
    try (EmbeddedPlatform platform = builder.start()) {
      prepare(platform, declared);
      tell(platform);
      context.stop().await();
      context.terminal().say("stopping...");
    }
    @Nullable Throwable error = failure.get();
    if (error != null) {
      context.terminal().say("tasks: the platform broke: " + Errors.reason(error));
      return ExitCodes.FAILED;
    }
    return ExitCodes.DONE;
  }

  private void prepare(EmbeddedPlatform platform, @Nullable TasksConfig declared) {
    if (declared != null) {
      if (declared.telemetry() != null) {
        platform.tasks().configureTelemetry(declared.telemetry());
      }
      ConfigFiles.apply(platform.tasks(), ConfigFiles.plan(platform.tasks(), declared));
    }
    if (platform.tasks().queues().getQueue("default").isEmpty()) {
      platform.tasks().queues().createQueue(Queue.named("default").build());
    }
  }

  private void tell(EmbeddedPlatform platform) {
    Terminal terminal = context.terminal();
    Shapes.Addresses addresses =
        new Shapes.Addresses(
            platform.bootstrap(), platform.api().toString(), platform.registry().toString());
    if (context.options().json()) {
      terminal.json(addresses);
    } else {
      String kept = ephemeral ? null : platform.dataDir().toString();
      DevGreeting.lines(addresses, kept, LauncherName.get()).forEach(terminal::result);
    }
    terminal.flush();
  }

  private static Path defaultData() {
    return Path.of(System.getProperty("user.home"), ".tasks", "dev");
  }
}
