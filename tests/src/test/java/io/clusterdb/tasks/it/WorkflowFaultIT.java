package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.schemas.avro.WorkflowRunState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An orchestrator that is killed while runs flow. {@code -Dworkflow.kills=50 -Dworkflow.runs=10000}
 * does it more often than every build needs.
 */
class WorkflowFaultIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int KILLS = Integer.getInteger("workflow.kills", 3);
  private static final int RUNS = Integer.getInteger("workflow.runs", 600);

  @TempDir static Path directory;

  private static EmbeddedBroker broker;
  private static TasksRuntime tasks;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())));
    tasks.queues().createQueue(Queue.named("steps").retry(RetryPolicy.none()).build());
    tasks
        .workflows()
        .createWorkflow(
            Workflow.named("three")
                .task(
                    WorkflowTask.named("a")
                        .queue("steps")
                        .compensateWith(Task.of("undo").queue("steps")))
                .task(WorkflowTask.named("b").queue("steps").dependsOn("a"))
                .task(WorkflowTask.named("c").queue("steps").dependsOn("b")));
  }

  @AfterAll
  static void stop() {
    tasks.close();
    broker.close();
  }

  /** The oracle is the log of runs, and what the jobs did. */
  @Test
  void everyRunReachesItsEndOnceWhateverIsKilled() throws Exception {
    Map<String, LongAdder> undone = new ConcurrentHashMap<>();
    Random random = new Random();
    String state = directory.resolve("orchestrator").toString();
    try (Processor processor = processor(undone)) {
      assertThat(processor.instanceId()).isNotEmpty();
      int started = 0;
      for (int i = 0; i < KILLS; i++) {
        try (JavaProcess process = orchestrator(state)) {
          for (int n = 0; n < RUNS / (KILLS + 1); n++) {
            start(started++);
          }
          // Killed at any moment.
          assertThat(process.ended(Duration.ofMillis(300 + random.nextInt(2_000)))).isFalse();
        }
      }
      try (JavaProcess process = orchestrator(state)) {
        while (started < RUNS) {
          start(started++);
        }
        await()
            .atMost(LONG)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> WorkflowOracle.read(tasks).ends().size() == RUNS);
        assertThat(process.ended(Duration.ZERO)).isFalse();
      }
    }
    WorkflowOracle oracle = WorkflowOracle.read(tasks);
    assertThat(oracle.breaches(Map.of("b", List.of("a"), "c", List.of("b")))).isEmpty();
    oracle
        .ends()
        .forEach(
            (id, end) ->
                assertThat(end)
                    .as(id)
                    .isEqualTo(
                        fails(id) ? WorkflowRunState.COMPENSATED : WorkflowRunState.SUCCEEDED));
    assertThat(undone.keySet()).allMatch(WorkflowFaultIT::fails);
  }

  private static JavaProcess orchestrator(String state) throws Exception {
    JavaProcess process =
        JavaProcess.start(WorkflowProcess.class, broker.bootstrap(), "one", state);
    assertThat(process.nextLine()).isEqualTo("ready");
    return process;
  }

  private static void start(int number) {
    tasks
        .workflows()
        .execute(WorkflowExecution.of("three").id("run-" + number).input(Map.of("n", number)));
  }

  private static boolean fails(String run) {
    return run.endsWith("7");
  }

  private static Processor processor(Map<String, LongAdder> undone) {
    return Processor.on(tasks)
        .queue("steps")
        .handler("a", Object.class, (input, job) -> input)
        .handler("b", Object.class, (input, job) -> input)
        .handler(
            "c",
            Object.class,
            (input, job) -> {
              if (fails(job.job().metadata().getOrDefault("execution", ""))) {
                throw new NamedFailure("Unlucky", "this one fails");
              }
              return input;
            })
        .handler(
            "undo",
            Object.class,
            (input, job) -> {
              undone
                  .computeIfAbsent(
                      job.job().metadata().getOrDefault("execution", ""), id -> new LongAdder())
                  .increment();
              return null;
            })
        .start();
  }
}
