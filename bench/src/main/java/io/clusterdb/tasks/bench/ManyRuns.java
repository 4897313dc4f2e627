package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.client.TasksRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.LogDirDescription;

/**
 * Runs in great numbers: those that wait, those that have ended and then expire all at once, what
 * they take, and what it does to the runs beside them.
 */
final class ManyRuns {
  private static final String QUEUE = "many-steps";
  private static final int AT_ONCE = 4_000;
  private static final int SAMPLE = 20_000;

  /** Longer than ended runs are kept. */
  private static final int DAYS_LATER = 8;

  private final String bootstrap;
  private final Path state;
  private final Results results;
  private final int ended;
  private final int waiting;

  ManyRuns(String bootstrap, Path state, Results results, int ended) {
    this.bootstrap = bootstrap;
    this.state = state;
    this.results = results;
    this.ended = ended;
    this.waiting = ended / 10;
  }

  /**
   * Measures all.
   *
   * @param seconds length of each measurement of throughput
   */
  void measure(int seconds) throws Exception {
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(QUEUE).build());
      tasks.workflows().createWorkflow(three());
      tasks.workflows().createWorkflow(awaiting());
      tasks.workflows().createWorkflow(brief());
    }
    try (Fork worker = Fork.start(StepWorker.class, "320m", List.of(bootstrap, QUEUE))) {
      worker.line();
      Path first = state.resolve("first");
      try (Fork orchestrator = OrchestratorFork.start(bootstrap, first);
          Tasks tasks = Tasks.connect(bootstrap)) {
        fill(tasks, orchestrator, first);
        load(tasks, seconds, "runs/s beside %,d ended".formatted(ended));
      }
      Path lost = state.resolve("lost");
      restore(lost);
      expire(lost, seconds);
    }
  }

  private static Workflow three() {
    return Workflow.named("many-three")
        .task(WorkflowTask.named("a").type("step").queue(QUEUE))
        .task(WorkflowTask.named("b").type("step").queue(QUEUE).dependsOn("a"))
        .task(WorkflowTask.named("c").type("step").queue(QUEUE).dependsOn("b"));
  }

  /** Stays in flight. */
  private static Workflow awaiting() {
    return Workflow.named("many-awaiting")
        .task(WorkflowTask.named("a").waitFor("go"))
        .task(WorkflowTask.named("b").type("step").queue(QUEUE).dependsOn("a"))
        .task(WorkflowTask.named("c").type("step").queue(QUEUE).dependsOn("b"));
  }

  /** Has three tasks, and ends at once. */
  private static Workflow brief() {
    return Workflow.named("many-brief")
        .task(WorkflowTask.named("a").when("false").type("step").queue(QUEUE))
        .task(WorkflowTask.named("b").when("false").type("step").queue(QUEUE).dependsOn("a"))
        .task(WorkflowTask.named("c").when("false").type("step").queue(QUEUE).dependsOn("b"));
  }

  private void fill(Tasks tasks, Fork orchestrator, Path directory) throws Exception {
    long before = changelogBytes(tasks);
    start(tasks, "many-three", "three-", SAMPLE, true);
    results.add(
        "a run of three tasks, changelog bytes",
        (changelogBytes(tasks) - before) / (double) SAMPLE,
        0,
        "as written by %,d, before it is compacted".formatted(SAMPLE));
    double rate = start(tasks, "many-awaiting", "awaiting-", waiting, false);
    results.add("runs in flight", waiting, 0, "started at %,.0f/s".formatted(rate));
    long small = directoryBytes(directory);
    rate = start(tasks, "many-brief", "brief-", ended, true);
    results.add(
        "ended runs, heap MB",
        OrchestratorFork.memory(orchestrator).used(),
        0,
        "%,d, ended at %,.0f/s; resident peak %d MB; store %,.0f bytes a run"
            .formatted(
                ended,
                rate,
                orchestrator.peakMegabytes(),
                (directoryBytes(directory) - small) / (double) ended));
  }

  /** Starts runs, and waits for their ends if they have any; gives how many a second. */
  private static double start(Tasks tasks, String workflow, String ids, int count, boolean end)
      throws Exception {
    Semaphore room = new Semaphore(AT_ONCE);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long start = System.nanoTime();
    for (int i = 0; i < count && failure.get() == null; i++) {
      room.acquire();
      WorkflowExecution execution =
          WorkflowExecution.of(workflow).id(ids + i).input(Map.of("n", i));
      var unused =
          tasks
              .workflows()
              .executeAsync(execution)
              .thenCompose(
                  run ->
                      end
                          ? run.resultAsync().thenApply(result -> (Object) result)
                          : CompletableFuture.completedFuture(run))
              .whenComplete(
                  (done, error) -> {
                    room.release();
                    if (error != null) {
                      failure.set(error);
                    }
                  });
    }
    if (!room.tryAcquire(AT_ONCE, 5, TimeUnit.MINUTES) || failure.get() != null) {
      throw new IllegalStateException("runs of " + workflow + " did not end", failure.get());
    }
    double rate = count / Raw.seconds(start);
    if (!end) {
      awaitRun(tasks, ids + (count - 1));
    }
    return rate;
  }

  private static void awaitRun(Tasks tasks, String id) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!isKnown(tasks, id)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("run " + id + " does not begin");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static boolean isKnown(Tasks tasks, String id) {
    try {
      tasks.workflows().status(id);
      return true;
    } catch (TasksException e) {
      return false;
    }
  }

  private Outcomes load(Tasks tasks, int seconds, String name) throws Exception {
    Outcomes outcomes = new Outcomes(tasks, "many-three");
    outcomes.run(seconds);
    results.add(
        name,
        outcomes.perSecond(),
        0,
        "500 in flight, longest stall between outcomes %,d ms".formatted(outcomes.stallMillis()));
    return outcomes;
  }

  private void restore(Path lost) throws Exception {
    long start = System.nanoTime();
    try (Fork orchestrator = OrchestratorFork.start(bootstrap, lost)) {
      results.add(
          "restore after lost state, s",
          Raw.seconds(start),
          0,
          "%,d ended and %,d in flight; from the start of the process, resident peak %d MB"
              .formatted(ended, waiting, orchestrator.peakMegabytes()));
      orchestrator.finish(); // Else its stores are restored again.
    }
  }

  /** All that ended expires at once, while runs go on. */
  private void expire(Path directory, int seconds) throws Exception {
    try (Fork orchestrator = OrchestratorFork.start(bootstrap, directory, DAYS_LATER);
        Tasks tasks = Tasks.connect(bootstrap)) {
      long start = System.nanoTime();
      load(tasks, seconds, "runs/s while all that ended expires");
      while (isAnyLeft(tasks)) {
        load(tasks, seconds, "  still so after %.0f s".formatted(Raw.seconds(start)));
      }
      double took = Raw.seconds(start);
      results.add(
          "expired, runs/s",
          ended / took,
          0,
          "%,d in %.0f s; heap %.0f MB, resident peak %d MB"
              .formatted(
                  ended,
                  took,
                  OrchestratorFork.memory(orchestrator).used(),
                  orchestrator.peakMegabytes()));
      load(tasks, seconds, "runs/s after that");
      for (int i = 0; i < waiting; i += waiting / 50) {
        tasks.workflows().signal("awaiting-" + i, "go", null);
        if (!tasks.workflows().run("awaiting-" + i).result(Duration.ofMinutes(1)).succeeded()) {
          throw new IllegalStateException("run awaiting-" + i + " did not end well");
        }
      }
    }
  }

  /** Whether one of the last is known; each that is not takes two seconds. */
  private boolean isAnyLeft(Tasks tasks) {
    return IntStream.rangeClosed(1, 8).anyMatch(i -> isKnown(tasks, "brief-" + (ended - i)));
  }

  private static long changelogBytes(Tasks tasks) throws Exception {
    TasksRuntime runtime = TasksRuntime.of(tasks);
    String topic = runtime.names().orchestratorApplication() + "-workflows-changelog";
    long bytes = 0;
    for (Map<String, LogDirDescription> broker :
        runtime.admin().describeLogDirs(List.of(1)).allDescriptions().get().values()) {
      for (LogDirDescription log : broker.values()) {
        bytes +=
            log.replicaInfos().entrySet().stream()
                .filter(replica -> replica.getKey().topic().equals(topic))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
      }
    }
    return bytes;
  }

  private static long directoryBytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().contains("workflows"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }
}
