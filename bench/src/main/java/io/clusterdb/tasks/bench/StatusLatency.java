package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long questions take, from the moment when each was due, while jobs flow: 500 a second for the
 * state of a job, 50 a second for a queue's.
 */
final class StatusLatency {
  private static final String QUEUE = "asked";
  private static final int JOBS_PER_SECOND = 5_000;
  private static final int QUESTIONS_PER_SECOND = 500;
  private static final int STATS_EVERY = 10;

  /** On two cores that are busy, the compilers of four processes need that long. */
  private static final int WARM_UP_SECONDS = 120;

  private static final double TARGET_MS = 15;

  private final String bootstrap;
  private final Path state;
  private final Results results;
  private final Histogram status = new ConcurrentHistogram(3);
  private final Histogram stats = new ConcurrentHistogram(3);
  private final Map<ErrorCode, LongAdder> failed = new ConcurrentHashMap<>();
  private final AtomicInteger enqueued = new AtomicInteger();

  StatusLatency(String bootstrap, Path state, Results results) {
    this.bootstrap = bootstrap;
    this.state = state;
    this.results = results;
  }

  void measure(int seconds) throws Exception {
    try (Tasks tasks = Tasks.connect(bootstrap);
        Fork orchestrator = OrchestratorFork.start(bootstrap, state.resolve("status"))) {
      tasks.queues().createQueue(Queue.named(QUEUE).tracking(Tracking.FULL).build());
      int jobs = (WARM_UP_SECONDS + seconds) * JOBS_PER_SECOND;
      try (Fork worker = BenchWorker.fork(bootstrap, QUEUE, jobs, 100, 0)) {
        Thread feed = Thread.ofPlatform().start(() -> feed(tasks, jobs));
        ask(tasks, WARM_UP_SECONDS);
        status.reset();
        stats.reset();
        failed.clear();
        ask(tasks, seconds);
        long lag = tasks.queues().stats(QUEUE).trackerLag();
        results.add("tracker's lag while jobs flow, records", (double) lag, 0, "5,000 jobs/s");
        feed.join();
        worker.line();
      }
      String more = "at 500/s while 5,000 jobs/s flow; p50 %.1f ms, p99.9 %.1f ms, failed: %s";
      results.add("status by id, p99 ms", at(status, 99), TARGET_MS, more(more, status));
      results.add("queue stats, p99 ms", at(stats, 99), TARGET_MS, more(more, stats));
    }
  }

  private String more(String format, Histogram micros) {
    return format.formatted(at(micros, 50), at(micros, 99.9), failed);
  }

  private static double at(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1_000.0;
  }

  private void feed(Tasks tasks, int jobs) {
    Payload payload = Payload.of(Raw.payload(), Payload.JSON);
    long start = System.nanoTime();
    for (int i = 0; i < jobs; i++) {
      if (i % 10 == 0) {
        waitUntil(start + i * (1_000_000_000L / JOBS_PER_SECOND));
      }
      var unused =
          tasks
              .queues()
              .enqueueAsync(Job.of("Noop", payload).id("asked-" + i).queue(QUEUE).build());
      enqueued.set(i);
    }
  }

  private void ask(Tasks tasks, int seconds) {
    Random random = new Random(1);
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < seconds * QUESTIONS_PER_SECOND; i++) {
        long due = start + i * (1_000_000_000L / QUESTIONS_PER_SECOND);
        waitUntil(due);
        String id = "asked-" + random.nextInt(Math.max(1, enqueued.get()));
        threads.execute(() -> timed(status, due, () -> tasks.tasks().getTaskStatus(id)));
        if (i % STATS_EVERY == 0) {
          threads.execute(() -> timed(stats, due, () -> tasks.queues().stats(QUEUE)));
        }
      }
    }
  }

  private void timed(Histogram micros, long due, Runnable question) {
    try {
      question.run();
      micros.recordValue((System.nanoTime() - due) / 1_000);
    } catch (TasksException e) {
      failed.computeIfAbsent(e.code(), code -> new LongAdder()).increment();
    }
  }

  private static void waitUntil(long nanos) {
    while (System.nanoTime() < nanos) {
      LockSupport.parkNanos(nanos - System.nanoTime());
    }
  }
}
