package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.http.ServiceRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A worker in a process of its own. Prints jobs a second, from the first start to the last
 * settlement, the microseconds of processor time that each cost it, its start included, and how
 * many spans were lost. Arguments: bootstrap, queue, jobs, concurrency, milliseconds that a handler
 * sleeps, and where traced the part of the traces that are recorded and the collector, or {@code
 * metrics} if it is to measure itself, and be scraped each second.
 */
final class BenchWorker {
  private BenchWorker() {}

  /**
   * What a worker says at its end.
   *
   * @param rate jobs a second
   * @param cpuMicros processor time of a job, in microseconds
   * @param lostSpans that did not reach the collector
   */
  record Figures(double rate, double cpuMicros, long lostSpans) {
    /** Waits for them. */
    static Figures of(Fork fork) {
      String[] figures = fork.line().split(" ", -1);
      return new Figures(
          Double.parseDouble(figures[0]),
          Double.parseDouble(figures[1]),
          Long.parseLong(figures[2]));
    }
  }

  private static TasksConfig config(String[] arguments) {
    TasksConfig config = TasksConfig.of(arguments[0]);
    return arguments.length < 7
        ? config
        : config.telemetry(
            TracingConfig.service("bench")
                .samplingRate(Double.parseDouble(arguments[5]))
                .exporters(TraceExporter.otlp(arguments[6])));
  }

  public static void main(String[] arguments) throws Exception {
    int jobs = Integer.parseInt(arguments[2]);
    int sleep = Integer.parseInt(arguments[4]);
    AtomicLong first = new AtomicLong();
    CountDownLatch left = new CountDownLatch(jobs);
    boolean measured = arguments.length == 6;
    ServiceRegistry metrics = new ServiceRegistry();
    if (measured) {
      scrape(metrics);
    }
    TasksConfig config = config(arguments);
    try (metrics;
        Tasks tasks = measured ? Tasks.connect(config, metrics.registry()) : Tasks.connect(config);
        Processor processor =
            Processor.on(tasks)
                .queue(arguments[1])
                .concurrency(Integer.parseInt(arguments[3]))
                .action(
                    "Noop",
                    byte[].class,
                    (payload, context) -> {
                      if (first.get() == 0) {
                        first.compareAndSet(0, System.nanoTime());
                      }
                      if (sleep > 0) {
                        Thread.sleep(sleep);
                      }
                      left.countDown();
                    })
                .start()) {
      left.await();
      processor.awaitEmpty(Duration.ofMinutes(1));
      TraceCounts spans = tasks.traceCounts();
      System.out.println(
          jobs / Raw.seconds(first.get())
              + " "
              + cpuMicros() / jobs
              + " "
              + (spans.failed() + spans.dropped()));
      new CountDownLatch(1).await(); // the parent reads this process's memory, then ends it
    }
  }

  private static double cpuMicros() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e3;
  }

  /** As Prometheus does, and more often. */
  private static void scrape(ServiceRegistry metrics) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                while (metrics.registry().scrape().length() > 0) {
                  Thread.sleep(1_000);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
