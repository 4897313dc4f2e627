package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two orchestrators with standbys and two workers, killed at random while runs flow. {@code
 * -Dworkflow.kills=50 -Dworkflow.runs=10000} does it more often than every build needs, {@code
 * -Dworkflow.seed} as it was done before.
 */
class WorkflowFaultIT {
  private static final int KILLS = Integer.getInteger("workflow.kills", 3);
  private static final int RUNS = Integer.getInteger("workflow.runs", 300);
  private static final long SEED = Long.getLong("workflow.seed", System.nanoTime() % 10_000);
  private static final int LONGEST_LIFE_MS = KILLS > 10 ? 8_000 : 3_000;

  /**
   * As shipped where it is long; else shorter, since most of the time is spent waiting for them.
   */
  private static final String SESSION_MS = KILLS > 10 ? "6000" : "3000";

  private static final Duration LONG = Duration.ofMinutes(KILLS > 10 ? 10 : 3);

  @TempDir static Path directory;

  private static EmbeddedBroker broker;
  private static TasksRuntime tasks;
  private final Random random = new Random(SEED);
  private final Map<String, JavaProcess> processes = new LinkedHashMap<>();
  private final Map<Integer, CompletableFuture<WorkflowResult>> awaited = new LinkedHashMap<>();
  private int started;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())));
    tasks.queues().createQueue(Queue.named(WorkflowSteps.QUEUE).retry(RetryPolicy.none()).build());
    tasks.workflows().createWorkflow(WorkflowSteps.parcel());
    tasks.workflows().createWorkflow(WorkflowSteps.order());
  }

  @AfterAll
  static void stop() {
    tasks.close();
    broker.close();
  }

  /** The oracles are the log of runs and the log of jobs. */
  @Test
  void everyRunReachesItsEndOnceWhateverIsKilled() throws Exception {
    long begin = System.nanoTime();
    try {
      for (String name : List.of("orchestrator-1", "orchestrator-2", "worker-1", "worker-2")) {
        launch(name);
      }
      process("orchestrator-1").nextLine();
      int kills = kill();
      while (started < RUNS) {
        startRun();
      }
      int expected = WorkflowSteps.runs(RUNS);
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofSeconds(KILLS > 10 ? 5 : 1))
          .until(() -> WorkflowOracle.read(tasks).ends().size() >= expected);
      WorkflowOracle oracle = WorkflowOracle.read(tasks);
      judge(oracle);
      for (Map.Entry<Integer, CompletableFuture<WorkflowResult>> each : awaited.entrySet()) {
        assertThat(each.getValue().get(1, TimeUnit.MINUTES).state())
            .as("the end of run %d, of which who waits hears whatever moved", each.getKey())
            .isEqualTo(WorkflowSteps.end("run-" + each.getKey()));
      }
      long replayed = Replays.everyRun(tasks);
      System.out.printf(
          "seed %d: %s, %d runs of %d orders, %d of them decided again, in %d s%n",
          SEED,
          kills,
          oracle.ids().size(),
          RUNS,
          replayed,
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + SEED + ": " + e.getMessage(), e);
    } finally {
      for (JavaProcess process : processes.values()) {
        process.close();
      }
    }
  }

  private void launch(String name) throws Exception {
    processes.put(
        name,
        name.startsWith("worker")
            ? JavaProcess.start(WorkflowSteps.class, broker.bootstrap(), SESSION_MS)
            : JavaProcess.start(
                WorkflowProcess.class,
                broker.bootstrap(),
                SESSION_MS,
                name,
                directory.resolve(name).toString(),
                "1"));
  }

  /** Kills one, or two at once, leaves it dead for a while, and starts it again. */
  private JavaProcess process(String name) {
    return Objects.requireNonNull(processes.get(name), name);
  }

  private int kill() throws Exception {
    List<String> names = new ArrayList<>(processes.keySet());
    int kills = 0;
    while (kills < KILLS) {
      for (int n = 0; n < RUNS / (KILLS + 1) && started < RUNS; n++) {
        startRun();
      }
      pause(LONGEST_LIFE_MS);
      String victim = names.get(random.nextInt(names.size()));
      String other = random.nextInt(5) == 0 ? names.get(random.nextInt(names.size())) : victim;
      process(victim).close();
      process(other).close();
      kills += victim.equals(other) ? 1 : 2;
      pause(2_000);
      launch(victim);
      if (!victim.equals(other)) {
        launch(other);
      }
    }
    return kills;
  }

  /** A life's length, not a wait for something. */
  private void pause(int most) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(most));
  }

  private void startRun() {
    WorkflowExecution execution =
        WorkflowExecution.of("order").id("run-" + started).input(WorkflowSteps.input(started));
    WorkflowRun run = tasks.workflows().execute(execution);
    if (started % 20 == 7 || started % 20 == 0) {
      awaited.put(started, run.resultAsync());
    }
    started++;
  }

  private static void judge(WorkflowOracle oracle) {
    assertThat(oracle.breaches(WorkflowSteps.DEPENDENCIES)).isEmpty();
    Map<String, String> ends =
        oracle.ends().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().name()));
    Map<String, String> expected =
        oracle.ids().stream()
            .collect(Collectors.toMap(id -> id, id -> WorkflowSteps.end(id).name()));
    assertThat(ends).isEqualTo(expected).hasSize(WorkflowSteps.runs(RUNS));
    EventOracle jobs = EventOracle.read(broker.bootstrap(), "tasks");
    assertThat(jobs.breaches()).isEmpty();
    assertThat(jobs.ended()).as("jobs with an end").isEqualTo(oracle.jobs());
    assertThat(jobs.ended(JobState.SUCCEEDED))
        .as("what was undone, each by one job")
        .containsAll(oracle.undoJobs());
    assertThat(
            oracle.ends().values().stream()
                .filter(end -> end.name().equals(RunState.COMPENSATED.name()))
                .count())
        .isEqualTo((RUNS + 6) / 10 + (RUNS + 2) / 10);
  }
}
