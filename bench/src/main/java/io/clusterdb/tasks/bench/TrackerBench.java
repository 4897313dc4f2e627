package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.bench.BenchWorker.Figures;
import io.clusterdb.tasks.bench.OrchestratorFork.Memory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What the job tracker takes: jobs through their whole life, memory and restore by their number.
 */
final class TrackerBench {
  private static final int CONCURRENCY = 100;
  private static final int SMALL = 100_000;

  /** Points of the curve of memory, beside the first. */
  private static final int PARTS = 5;

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
        double worked = Figures.of(worker).rate();
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

  /** Memory as jobs become many, and the time until they are there again. */
  void memory(int jobs) throws Exception {
    String queue = "remembered";
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(queue).tracking(Tracking.FULL).build());
      try (Fork orchestrator = OrchestratorFork.start(bootstrap, state.resolve("memory"))) {
        double few = grow(tasks, orchestrator, queue, 0, SMALL, 0);
        int before = SMALL;
        for (int part = 1; part <= PARTS; part++) {
          int total = Math.max(before, (int) ((long) jobs * part / PARTS));
          double unused = grow(tasks, orchestrator, queue, before, total, few);
          before = total;
        }
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

  /** More jobs; the heap that they leave in use, in MB. */
  private double grow(
      Tasks tasks, Fork orchestrator, String queue, int before, int total, double few)
      throws Exception {
    try (Fork worker = worker(queue, total - before)) {
      Raw.fill(bootstrap, "tasks." + queue, "Noop", total - before, before);
      worker.line();
      awaitTracked(tasks, queue, total);
    }
    Memory memory = OrchestratorFork.memory(orchestrator);
    results.add(
        "tracker, heap at %,d jobs, MB".formatted(total),
        memory.used(),
        few,
        "resident %d MB, of them %.0f outside the heap"
            .formatted(memory.resident(), memory.resident() - memory.committed()));
    return memory.used();
  }

  private Fork worker(String queue, int jobs) throws Exception {
    return BenchWorker.fork(bootstrap, queue, jobs, CONCURRENCY, 0);
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
