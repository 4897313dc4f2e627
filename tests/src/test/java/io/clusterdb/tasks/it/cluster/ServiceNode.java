package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.KafkaTasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.it.WorkflowSteps;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.orchestrator.OrchestratorState;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.scheduler.SchedulerState;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An orchestrator, a scheduler or a worker, with the settings that ship: {@code ROLE NAME BOOTSTRAP
 * DIRECTORY}, where a role may be several, with commas. Its clock is as wrong as its folder says;
 * {@code -Dcluster.session.ms} makes its sessions shorter.
 */
final class ServiceNode {
  private static final Duration START = Duration.ofMinutes(3);
  private static final int SESSION_MS = Integer.getInteger("cluster.session.ms", 0);
  private static final int CONCURRENCY = Integer.getInteger("cluster.concurrency", 20);
  private static final int REPLICATION = Integer.getInteger("cluster.replication", 3);
  private static final Duration SHARE = Duration.ofSeconds(20);

  private static final boolean OBSERVE = !"false".equals(System.getProperty("cluster.observe"));

  /** Queues that workers consume, or those of the load and the steps of its workflows. */
  private static final @Nullable String QUEUES = System.getProperty("cluster.queues");

  private ServiceNode() {}

  public static void main(String[] arguments) throws Exception {
    Parent.follow();
    String name = arguments[1];
    Path directory = Path.of(arguments[3]);
    TasksRuntime tasks =
        KafkaTasks.connect(
            config(arguments[2], REPLICATION), SkewedClock.of(directory), new SecureRandom());
    Runtime.getRuntime().addShutdownHook(new Thread(tasks::close));
    List<BooleanSupplier> parts = new ArrayList<>();
    for (String role : List.of(arguments[0].split(",", -1))) {
      Path data = directory.resolve("data").resolve(role);
      parts.add(
          switch (role) {
            case "orchestrator" -> orchestrator(tasks, name, data);
            case "scheduler" -> scheduler(tasks, name, data);
            case "worker" -> worker(tasks, name, directory);
            default -> throw new IllegalArgumentException("no role " + role);
          });
    }
    Parent.ready(directory);
    while (parts.stream().allMatch(BooleanSupplier::getAsBoolean)) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
    System.err.println("a part ended by itself");
    System.exit(1);
  }

  static TasksConfig config(String bootstrap, int replication) {
    return TasksConfig.of(bootstrap)
        .replication(replication)
        .sharedPartitions(4)
        .http(HttpConfig.DEFAULT.listen("127.0.0.1:0"))
        .kafkaProperties(
            SESSION_MS == 0
                ? Map.of()
                : Map.of(
                    "session.timeout.ms",
                    Integer.toString(SESSION_MS),
                    "heartbeat.interval.ms",
                    Integer.toString(SESSION_MS / 4)));
  }

  private static BooleanSupplier orchestrator(TasksRuntime tasks, String name, Path data)
      throws InterruptedException {
    OrchestratorService service =
        OrchestratorService.start(
            tasks, OrchestratorSettings.DEFAULT.instance(name).stateDir(data).standbyReplicas(1));
    ready(service.awaitReady(START));
    return () -> service.state() != OrchestratorState.FAILED;
  }

  private static BooleanSupplier scheduler(TasksRuntime tasks, String name, Path data)
      throws InterruptedException {
    SchedulerService service =
        SchedulerService.start(
            tasks, SchedulerSettings.DEFAULT.instance(name).stateDir(data).standbyReplicas(1));
    ready(service.awaitReady(START));
    return () -> service.state() != SchedulerState.FAILED;
  }

  private static BooleanSupplier worker(TasksRuntime tasks, String name, Path directory)
      throws Exception {
    Observer observer = Observer.of(directory);
    Processor.Builder builder = Processor.on(tasks).instanceId(name);
    for (String queue : QUEUES == null ? Load.QUEUES : List.of(QUEUES.split(",", -1))) {
      builder.queue(queue).concurrency(CONCURRENCY);
    }
    Processor processor =
        builder
            .action(
                "Work",
                Work.class,
                (work, context) -> {
                  if (!OBSERVE) {
                    run(work, context.job().attempt());
                    return;
                  }
                  observer.started(context, work);
                  try {
                    run(work, context.job().attempt());
                  } finally {
                    observer.ended(context);
                  }
                })
            .drainTimeout(Duration.ofSeconds(5))
            .start();
    if (QUEUES != null) {
      processor.awaitReady(SHARE);
      return processor::running;
    }
    Processor steps = WorkflowSteps.start(tasks); // there may be more workers than partitions
    return () -> processor.running() && steps.running();
  }

  private static void run(Work work, int attempt) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(work.ms());
    switch (work.fate()) {
      case GOOD -> {}
      case FLAKY -> {
        if (attempt == 1) {
          throw new NamedFailure("Flaky", "the first attempt fails");
        }
      }
      case BAD -> throw new PermanentFailure("it can never work");
    }
  }

  private static void ready(boolean ready) {
    if (!ready) {
      System.err.println("not ready in time");
      System.exit(1);
    }
  }
}
