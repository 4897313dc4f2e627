package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** From the call of enqueue to the start of the handler, in this process, by one clock. */
final class Latency {
  private static final int PER_SECOND = 200;
  private static final int RETRIES_PER_SECOND = 1_000;

  private Latency() {}

  /** Latencies in microseconds at 200 jobs a second, quiet or with 1,000 retries a second. */
  static Histogram measure(String bootstrap, String queue, int seconds, boolean retries)
      throws InterruptedException {
    Histogram latencies = new ConcurrentHistogram(3);
    Map<String, Long> sent = new ConcurrentHashMap<>();
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks
          .queues()
          .createQueue(
              Queue.named(queue)
                  .concurrency(200)
                  .retry(RetryPolicy.fixed(Duration.ofMillis(500)).maxAttempts(2))
                  .build());
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "Probe",
                  String.class,
                  (id, context) -> {
                    Long start = sent.remove(id);
                    if (start != null) {
                      latencies.recordValue((System.nanoTime() - start) / 1_000);
                    }
                  })
              .action(
                  "Fail",
                  Void.class,
                  (nothing, context) -> {
                    if (context.job().attempt() == 1) {
                      throw new IllegalStateException("on purpose");
                    }
                  })
              .start()) {
        processor.awaitReady(Duration.ofSeconds(30));
        load(tasks, queue, 3, sent, retries); // warm up
        latencies.reset();
        load(tasks, queue, seconds, sent, retries);
        processor.awaitEmpty(Duration.ofSeconds(30));
      }
    }
    return latencies;
  }

  private static void load(
      Tasks tasks, String queue, int seconds, Map<String, Long> sent, boolean retries) {
    long start = System.nanoTime();
    int probes = seconds * PER_SECOND;
    for (int i = 0; i < probes; i++) {
      waitUntil(start + i * (TimeUnit.SECONDS.toNanos(1) / PER_SECOND));
      if (retries) {
        for (int k = 0; k < RETRIES_PER_SECOND / PER_SECOND; k++) {
          send(tasks, Job.of("Fail").queue(queue).build());
        }
      }
      String id = start + "-" + i;
      sent.put(id, System.nanoTime());
      send(tasks, Job.of("Probe", id).queue(queue).build());
    }
  }

  private static void send(Tasks tasks, Job job) {
    var unused =
        tasks
            .queues()
            .enqueueAsync(job)
            .whenComplete(
                (id, error) -> {
                  if (error != null) {
                    throw new IllegalStateException(error);
                  }
                });
  }

  private static void waitUntil(long nanos) {
    while (System.nanoTime() < nanos) {
      LockSupport.parkNanos(nanos - System.nanoTime());
    }
  }

  /**
   * Lateness in microseconds of jobs that are delayed to one instant; the histogram's smallest
   * value is 0 if none was early.
   */
  static Lateness delayed(String bootstrap, String queue, int jobs) throws InterruptedException {
    Histogram lateness = new ConcurrentHistogram(3);
    java.util.concurrent.atomic.AtomicInteger early =
        new java.util.concurrent.atomic.AtomicInteger();
    CountDownLatch left = new CountDownLatch(jobs);
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named(queue).concurrency(200).build());
      Instant due = Instant.now().plusSeconds(20);
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "Due",
                  Void.class,
                  (nothing, context) -> {
                    long late = Duration.between(due, Instant.now()).toNanos() / 1_000;
                    if (late < 0) {
                      early.incrementAndGet();
                    }
                    lateness.recordValue(Math.max(0, late));
                    left.countDown();
                  })
              .start()) {
        processor.awaitReady(Duration.ofSeconds(30));
        List<Job> batch = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
          batch.add(Job.of("Due").queue(queue).schedule(Schedule.at(due)).build());
        }
        tasks.queues().enqueue(batch);
        if (!left.await(90, TimeUnit.SECONDS)) {
          throw new IllegalStateException(left.getCount() + " delayed jobs did not come");
        }
      }
    }
    return new Lateness(lateness, early.get());
  }

  /** How late jobs were, and how many were early. */
  record Lateness(Histogram micros, int early) {}
}
