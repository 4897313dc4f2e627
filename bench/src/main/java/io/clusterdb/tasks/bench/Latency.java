package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
}
