package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Runs of workflows: how many a second, how soon one alone, and one with many elements. */
final class Workflows {
  private static final String QUEUE = "steps";
  private static final int IN_FLIGHT = 3_000;
  private static final int FAN_OUT = 10_000;
  private static final Duration LONG = Duration.ofMinutes(2);

  /** On two cores that are busy, the compilers of four processes need that long. */
  private static final int WARM_UP_SECONDS = 75;

  private final String bootstrap;
  private final Path state;
  private final Results results;

  Workflows(String bootstrap, Path state, Results results) {
    this.bootstrap = bootstrap;
    this.state = state;
    this.results = results;
  }

  /**
   * Measures all.
   *
   * @param seconds length of each measurement
   */
  void measure(int seconds) throws Exception {
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(QUEUE).build());
      tasks.workflows().createWorkflow(three());
      tasks.workflows().createWorkflow(many());
    }
    try (Fork orchestrator = OrchestratorFork.start(bootstrap, state);
        Fork worker = Fork.start(StepWorker.class, "320m", List.of(bootstrap, QUEUE));
        Tasks tasks = Tasks.connect(bootstrap)) {
      worker.line();
      runs(tasks, WARM_UP_SECONDS);
      alone(tasks, seconds);
      results.add(
          "runs of three tasks, runs/s",
          runs(tasks, seconds),
          0,
          "%d in flight, orchestrator peak %d MB"
              .formatted(IN_FLIGHT, orchestrator.peakMegabytes()));
      fanOut(tasks);
    }
  }

  private static Workflow three() {
    return Workflow.named("three")
        .task(WorkflowTask.named("a").type("step").queue(QUEUE))
        .task(WorkflowTask.named("b").type("step").queue(QUEUE).dependsOn("a"))
        .task(WorkflowTask.named("c").type("step").queue(QUEUE).dependsOn("b"));
  }

  private static Workflow many() {
    return Workflow.named("many")
        .task(
            WorkflowTask.named("each")
                .type("step")
                .queue(QUEUE)
                .payload("{{item}}")
                .forEach(ForEach.of("{{input}}").concurrency(500)));
  }

  private static void alone(Tasks tasks, int seconds, Histogram micros) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      WorkflowResult result =
          tasks.workflows().execute(WorkflowExecution.of("three").input(Map.of())).result(LONG);
      if (!result.succeeded()) {
        throw new IllegalStateException("a run ended " + result);
      }
      micros.recordValue((System.nanoTime() - start) / 1_000);
    }
  }

  private void alone(Tasks tasks, int seconds) {
    Histogram micros = new Histogram(3);
    alone(tasks, seconds, micros);
    results.add(
        "run of three tasks alone, p50 ms",
        micros.getValueAtPercentile(50) / 1_000.0,
        0,
        "p99 %.1f ms of %d"
            .formatted(micros.getValueAtPercentile(99) / 1_000.0, micros.getTotalCount()));
  }

  /** Runs a second, with so many in flight. */
  private static double runs(Tasks tasks, int seconds) throws Exception {
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicInteger done = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end && failure.get() == null) {
      room.acquire();
      var unused =
          tasks
              .workflows()
              .executeAsync(WorkflowExecution.of("three").input(Map.of()))
              .thenCompose(run -> run.resultAsync())
              .whenComplete(
                  (result, error) -> {
                    room.release();
                    if (error != null || !result.succeeded()) {
                      failure.set(error == null ? new IllegalStateException("" + result) : error);
                    }
                    done.incrementAndGet();
                  });
    }
    double perSecond = done.get() / Raw.seconds(start);
    if (!room.tryAcquire(IN_FLIGHT, LONG.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("runs did not end");
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a run failed", failure.get());
    }
    return perSecond;
  }

  private void fanOut(Tasks tasks) {
    List<Integer> items = IntStream.range(0, FAN_OUT).boxed().toList();
    long start = System.nanoTime();
    WorkflowResult result =
        tasks.workflows().execute(WorkflowExecution.of("many").input(items)).result(LONG);
    if (!result.succeeded()) {
      throw new IllegalStateException("the fan-out ended " + result);
    }
    results.add("fan-out of 10,000, elements/s", FAN_OUT / Raw.seconds(start), 0, "");
  }
}
