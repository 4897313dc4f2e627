package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.http.ServiceRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A worker in a process of its own. Prints jobs a second, from the first start to the last
 * settlement, the microseconds of processor time that each cost it, and how many spans were lost.
 * Those that warm it up come before, so that what compiling costs can be left out; without them the
 * start of the process is among its time. Arguments: bootstrap, queue, jobs that warm it up, jobs,
 * concurrency, milliseconds that a handler sleeps, and where traced the part of the traces that are
 * recorded and the collector, or {@code metrics} if it is to measure itself, and be scraped each
 * second.
 */
final class BenchWorker {
  private BenchWorker() {}

  /**
   * Starts one.
   *
   * @param warm jobs that are not measured, before those that are
   * @param more the arguments after these
   */
  static Fork fork(
      String bootstrap,
      String queue,
      int warm,
      int jobs,
      int concurrency,
      int sleepMs,
      List<String> more)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(bootstrap, queue));
    for (int number : new int[] {warm, jobs, concurrency, sleepMs}) {
      arguments.add(Integer.toString(number));
    }
    arguments.addAll(more);
    return Fork.start(BenchWorker.class, "320m", arguments);
  }

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

  /** When the measurement began, the processor time and the lost spans until then. */
  private record Start(long nanos, double cpuMicros, long lostSpans) {
    static Start now(boolean warm, Tasks tasks) {
      return new Start(
          System.nanoTime(),
          warm ? BenchWorker.cpuMicros() : 0,
          warm ? BenchWorker.lostSpans(tasks) : 0);
    }
  }

  private static final Start NOT_YET = new Start(0, 0, 0);

  private static TasksConfig config(String[] arguments) {
    TasksConfig config = TasksConfig.of(arguments[0]);
    return arguments.length < 8
        ? config
        : config.telemetry(
            TracingConfig.service("bench")
                .samplingRate(Double.parseDouble(arguments[6]))
                .exporters(TraceExporter.otlp(arguments[7])));
  }

  public static void main(String[] arguments) throws Exception {
    int warm = Integer.parseInt(arguments[2]);
    int jobs = Integer.parseInt(arguments[3]);
    int sleep = Integer.parseInt(arguments[5]);
    AtomicReference<Start> start = new AtomicReference<>(NOT_YET);
    CountDownLatch left = new CountDownLatch(warm + jobs);
    boolean measured = arguments.length == 7;
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
                .concurrency(Integer.parseInt(arguments[4]))
                .action(
                    "Noop",
                    byte[].class,
                    (payload, context) -> {
                      if (start.get() == NOT_YET && left.getCount() <= jobs) {
                        start.compareAndSet(NOT_YET, Start.now(warm > 0, tasks));
                      }
                      if (sleep > 0) {
                        Thread.sleep(sleep);
                      }
                      left.countDown();
                    })
                .start()) {
      left.await();
      processor.awaitEmpty(Duration.ofMinutes(1));
      Start from = Objects.requireNonNull(start.get());
      System.out.println(
          jobs / Raw.seconds(from.nanos())
              + " "
              + (cpuMicros() - from.cpuMicros()) / jobs
              + " "
              + (lostSpans(tasks) - from.lostSpans()));
      new CountDownLatch(1).await(); // the parent reads this process's memory, then ends it
    }
  }

  private static long lostSpans(Tasks tasks) {
    TraceCounts spans = tasks.traceCounts();
    return spans.failed() + spans.dropped();
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
