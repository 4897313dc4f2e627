package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.HttpRole;
import io.clusterdb.tasks.HttpToken;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.acl.Acls;
import io.clusterdb.tasks.acl.Role;
import io.clusterdb.tasks.acl.Rule;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.topic.TopicNames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler, an orchestrator and a worker on a secured broker, and connections and commands of
 * any of its users.
 */
final class SecuredPlatform implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMinutes(2);

  /** Token of an administrator. */
  static final String ADMIN = "admin-token-1";

  /** Token that only reads, which is what commands need: they change things on the brokers. */
  private static final String READER = "read-token-1";

  private static final String PLATFORM =
      """
      shared_partitions: 2
      tasks:
        queues:
          jobs:
            partitions: 2
            max_depth: 1000
            retry_policy: { max_attempts: 2, backoff: { type: linear, initial: 100ms, step: 100ms } }
          other: { partitions: 1 }
          leased: { partitions: 1 }
      scheduler:
        tasks:
          - name: yearly
            schedule: "0 0 1 1 *"
            task: { type: ok, queue: jobs }
      workflows:
        flow:
          version: "1.0"
          tasks:
            - { name: first, task: { type: ok, queue: jobs } }
            - { name: second, task: { type: ok, queue: jobs }, depends_on: [first] }
      """;

  private final Path folder;
  private final LogCapture logs;
  private final SecuredBroker broker;
  private final Set<String> cured = ConcurrentHashMap.newKeySet();

  /** Connections that stay open while tests run. */
  private final List<AutoCloseable> open = new ArrayList<>();

  private @Nullable URI api;

  /** What a command said. */
  record Run(int code, String out, String err) {}

  private SecuredPlatform(Path folder, LogCapture logs, SecuredBroker broker) {
    this.folder = folder;
    this.logs = logs;
    this.broker = broker;
  }

  static SecuredPlatform start(Path folder) throws Exception {
    SecuredPlatform platform = withoutServices(folder, PLATFORM, rights());
    platform.startServices();
    platform.startWorker();
    return platform;
  }

  /** A broker with these users, and what this file declares. */
  static SecuredPlatform withoutServices(Path folder, String yaml, Map<String, List<Rule>> rights)
      throws Exception {
    LogCapture logs = LogCapture.start();
    List<String> users = new ArrayList<>(rights.keySet());
    users.add("nobody");
    SecuredBroker broker = SecuredBroker.start(folder, users);
    broker.grant(rights);
    SecuredPlatform platform = new SecuredPlatform(folder, logs, broker);
    Path file = Files.writeString(folder.resolve("platform.yaml"), yaml);
    Run applied = platform.cli("operator", "apply", "-f", file.toString());
    assertThat(applied.code()).as(applied.err()).isZero();
    return platform;
  }

  private void startServices() throws Exception {
    Tasks forScheduler = connect("scheduler");
    Tasks forOrchestrator = connect("orchestrator");
    SchedulerService scheduler =
        SchedulerService.start(TasksRuntime.of(forScheduler), SchedulerSettings.DEFAULT);
    OrchestratorService orchestrator =
        OrchestratorService.start(TasksRuntime.of(forOrchestrator), OrchestratorSettings.DEFAULT);
    assertThat(scheduler.awaitReady(LIMIT)).isTrue();
    assertThat(orchestrator.awaitReady(LIMIT)).isTrue();
    api = orchestrator.api();
  }

  private void startWorker() throws InterruptedException {
    Processor worker =
        Processor.on(connect("worker"))
            .queue("jobs")
            .handler("ok", JsonNode.class, (payload, context) -> "done")
            .handler(
                "flaky",
                JsonNode.class,
                (payload, context) -> {
                  if (context.job().attempt() == 1) {
                    throw new IllegalStateException("the first attempt fails");
                  }
                  return "at last";
                })
            .handler(
                "bad",
                JsonNode.class,
                (payload, context) -> {
                  if (!cured.contains(context.job().id())) {
                    throw new PermanentFailure("not yet");
                  }
                  return "cured";
                })
            .start();
    open.add(worker);
    assertThat(worker.awaitReady(LIMIT)).isTrue();
  }

  /** Each role has its own, with the queue that it is for; the orchestrator serves all of HTTP. */
  static Map<String, List<Rule>> rights() {
    TopicNames names = new TopicNames("tasks");
    Acls ofQueue = new Acls(names, List.of(Queue.named("jobs").build()));
    Acls ofAll = new Acls(names, List.of());
    Map<String, List<Rule>> rights = new HashMap<>();
    for (Role role : Role.values()) {
      boolean wide = role == Role.OPERATOR || role == Role.LEASES || role == Role.COMMANDS;
      rights.put(role.text(), (wide ? ofAll : ofQueue).of(role));
    }
    List<Rule> service = new ArrayList<>(rights.getOrDefault("orchestrator", List.of()));
    service.addAll(rights.getOrDefault("leases", List.of()));
    service.addAll(rights.getOrDefault("commands", List.of()));
    rights.put("orchestrator", service);
    return rights;
  }

  SecuredBroker broker() {
    return broker;
  }

  LogCapture logs() {
    return logs;
  }

  /** Ids of jobs of the type {@code bad} that succeed from now on. */
  Set<String> cured() {
    return cured;
  }

  URI api() {
    return requireNonNull(api);
  }

  /** A connection of this user, open until the end. */
  Tasks connect(String user) {
    Tasks tasks =
        Tasks.connect(
            TasksConfig.of(broker.bootstrap())
                .kafkaProperties(broker.properties(user))
                .sharedPartitions(2)
                .http(
                    HttpConfig.DEFAULT
                        .listen("127.0.0.1:0")
                        .token(ADMIN)
                        .tokens(
                            List.of(
                                new HttpToken("dash", HttpRole.READ, READER),
                                new HttpToken("ci", HttpRole.OPERATE, "operate-token-1")))));
    open.add(tasks);
    return tasks;
  }

  private Path tokenFile() throws IOException {
    return Files.writeString(folder.resolve("token"), READER + "\n");
  }

  /** What a command says to this user. */
  Run cli(String user, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try {
      all.addAll(
          List.of(
              "--bootstrap",
              broker.bootstrap(),
              "--kafka-config",
              broker.file(user).toString(),
              "--token-file",
              tokenFile().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int code =
        Cli.run(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, UTF_8),
            Map.of(),
            all.toArray(String[]::new));
    return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    broker.close();
    logs.close();
  }
}
