package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.bench.BenchWorker.Figures;
import io.clusterdb.tasks.http.ServiceRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A worker of two queues in a process of its own, by a connection that measures or traces itself
 * and by one that does not. Each line of its input is a number of jobs, of either queue: when these
 * are done it prints how fast, and goes on to the next. Arguments: bootstrap, the queue with it,
 * the queue without it, and {@code metrics}, which are scraped each second, or the collector of
 * traces, a tenth of which is recorded.
 */
final class TurnsWorker {
  private TurnsWorker() {}

  static Fork fork(String bootstrap, List<String> queues, String what) throws Exception {
    return Fork.start(
        TurnsWorker.class, "320m", List.of(bootstrap, queues.get(0), queues.get(1), what));
  }

  /**
   * What a turn came to.
   *
   * @param figures of its jobs but the first third, in which all gets going
   * @param compilers part of a processor's time that compiling took, by the clock
   * @param lostSpans that did not reach the collector
   */
  record Turn(Figures figures, double compilers, long lostSpans) {
    /** Waits for it. */
    static Turn of(Fork fork) {
      String[] words = fork.line().split(" ", -1);
      return new Turn(
          new Figures(Double.parseDouble(words[0]), Double.parseDouble(words[1])),
          Double.parseDouble(words[2]),
          Long.parseLong(words[3]));
    }
  }

  public static void main(String[] arguments) throws Exception {
    TasksConfig config = TasksConfig.of(arguments[0]);
    boolean measured = arguments[3].equals("metrics");
    AtomicReference<JobCount> turn = new AtomicReference<>(new JobCount(0));
    try (BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ServiceRegistry metrics = new ServiceRegistry();
        Tasks with =
            measured
                ? Tasks.connect(config, metrics.registry())
                : Tasks.connect(config.telemetry(tracing(arguments[3])));
        Tasks without = Tasks.connect(config);
        Processor one = start(with, arguments[1], turn);
        Processor other = start(without, arguments[2], turn)) {
      if (measured) {
        scrape(metrics);
      }
      one.awaitReady(Duration.ofMinutes(1));
      other.awaitReady(Duration.ofMinutes(1));
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        JobCount count = new JobCount(Integer.parseInt(line));
        turn.set(count);
        System.out.println("counting");
        String result = measure(count, with);
        one.awaitEmpty(Duration.ofMinutes(1));
        other.awaitEmpty(Duration.ofMinutes(1));
        System.out.println(result);
      }
    }
  }

  private static Processor start(Tasks tasks, String queue, AtomicReference<JobCount> turn) {
    return Processor.on(tasks)
        .queue(queue)
        .concurrency(100)
        .action(
            "Noop",
            byte[].class,
            (payload, context) -> Objects.requireNonNull(turn.get()).started())
        .start();
  }

  /** A tenth of the traces that begin here are recorded. */
  static TracingConfig tracing(String collector) {
    return TracingConfig.service("bench")
        .samplingRate(0.1)
        .exporters(TraceExporter.otlp(collector));
  }

  private static String measure(JobCount count, Tasks tasks) throws InterruptedException {
    count.awaitGoing();
    Sample from = Sample.now(tasks);
    count.awaitAll();
    Sample to = Sample.now(tasks);
    int jobs = count.measured();
    double seconds = (to.nanos - from.nanos) / 1e9;
    return String.format(
        Locale.ROOT,
        "%f %f %f %d",
        jobs / seconds,
        (to.cpuMicros - from.cpuMicros) / jobs,
        (to.compilerMs - from.compilerMs) / 1e3 / seconds,
        to.lostSpans - from.lostSpans);
  }

  /** Readings whose differences count. */
  private record Sample(long nanos, double cpuMicros, long compilerMs, long lostSpans) {
    static Sample now(Tasks tasks) {
      TraceCounts spans = tasks.traceCounts();
      return new Sample(
          System.nanoTime(),
          BenchWorker.cpuMicros(),
          ManagementFactory.getCompilationMXBean().getTotalCompilationTime(),
          spans.failed() + spans.dropped());
    }
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
