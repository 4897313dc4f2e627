package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the job tracker takes: jobs through their whole life, memory and restore by their number.
 */
final class TrackerBench {
  private static final int CONCURRENCY = 100;
  private static final int SMALL = 100_000;

  private final String bootstrap;
  private final Path state;
  private final Results results;

  TrackerBench(String bootstrap, Path state, Results results) {
    this.bootstrap = bootstrap;
    this.state = state;
    this.results = results;
  }

  /** A backlog that a worker drains while the tracker follows. */
  void throughput(int jobs) throws Exception {
    String queue = "tracked";
    try (Tasks tasks = Tasks.connect(bootstrap);
        Fork orchestrator = OrchestratorFork.start(bootstrap, state.resolve("throughput"))) {
      tasks.queues().createQueue(Queue.named(queue).tracking(Tracking.FULL).build());
      try (Fork worker = worker(queue, jobs)) {
        long start = System.nanoTime();
        double filled = Raw.fill(bootstrap, "tasks." + queue, "Noop", jobs);
        double worked = Double.parseDouble(worker.line());
        double done = Raw.seconds(start);
        QueueStats behind = tasks.queues().stats(queue);
        awaitTracked(tasks, queue, jobs);
        double lives = jobs / Raw.seconds(start);
        results.add(
            "tracker, whole lives, jobs/s",
            lives,
            15_000,
            "enqueued at %,.0f/s, worker at %,.0f/s and done after %.1f s, tracker %,d records behind then; peak %d MB"
                .formatted(
                    filled, worked, done, behind.trackerLag(), orchestrator.peakMegabytes()));
      }
    }
  }

  /** Memory at few and at many jobs, and the time until many are there again. */
  void memory(int jobs) throws Exception {
    String queue = "remembered";
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(queue).tracking(Tracking.FULL).build());
      try (Fork orchestrator = OrchestratorFork.start(bootstrap, state.resolve("memory"))) {
        double[] few = at(tasks, orchestrator, queue, SMALL, SMALL);
        double[] many = at(tasks, orchestrator, queue, jobs - SMALL, jobs);
        results.add(
            "tracker, heap at %,d jobs, MB".formatted(jobs),
            many[0],
            few[0],
            "against %,d jobs; resident %.0f and %.0f MB".formatted(SMALL, many[1], few[1]));
      }
      long start = System.nanoTime();
      try (Fork again = OrchestratorFork.start(bootstrap, state.resolve("lost"))) {
        double ready = Raw.seconds(start);
        awaitTracked(tasks, queue, jobs);
        results.add(
            "tracker, restore of %,d, s".formatted(jobs),
            ready,
            0,
            "from the start of the process without its state; counts are there after %.1f s, resident %d MB"
                .formatted(Raw.seconds(start), again.residentMegabytes()));
      }
    }
  }

  private double[] at(Tasks tasks, Fork orchestrator, String queue, int more, int total)
      throws Exception {
    try (Fork worker = worker(queue, more)) {
      Raw.fill(bootstrap, "tasks." + queue, "Noop", more, total - more);
      worker.line();
      awaitTracked(tasks, queue, total);
    }
    return new double[] {
      OrchestratorFork.heapMegabytes(orchestrator), orchestrator.residentMegabytes()
    };
  }

  private Fork worker(String queue, int jobs) throws Exception {
    return Fork.start(
        BenchWorker.class,
        "320m",
        List.of(bootstrap, queue, Integer.toString(jobs), Integer.toString(CONCURRENCY), "0"));
  }

  private static void awaitTracked(Tasks tasks, String queue, long jobs)
      throws InterruptedException {
    while (succeeded(tasks, queue) < jobs) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static long succeeded(Tasks tasks, String queue) {
    try {
      return tasks.queues().stats(queue).byState().getOrDefault(JobState.SUCCEEDED, 0L);
    } catch (TasksException e) {
      return -1; // it moves
    }
  }
}
