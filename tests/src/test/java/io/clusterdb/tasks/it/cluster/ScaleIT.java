package io.clusterdb.tasks.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.testkit.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What more workers bring, and what replacing them one by one costs. Measurements, so only where
 * {@code -Dcluster.measure=true} asks for them; each is taken three times.
 */
@EnabledIfSystemProperty(named = "cluster.measure", matches = "true")
class ScaleIT {
  private static final int RUNS = Integer.getInteger("cluster.runs", 3);
  private static final int PER_SECOND = Integer.getInteger("cluster.rate", 5_000);

  /** Until code is compiled, which costs a worker more than its jobs, and shares are settled. */
  private static final int WARM_SECONDS = Integer.getInteger("cluster.warm", 45);

  /** In so many parts a second jobs are handed over. */
  private static final int CHUNKS = 20;

  private static final int STEADY_SECONDS = 10;
  private static final long SECOND = 1_000_000_000L;

  @Test
  void fourWorkersAreReplacedOneByOneUnderLoad() throws Exception {
    ClusterReport report = new ClusterReport();
    report.line(
        ("rolling restart of four workers under %d jobs/s, three brokers: jobs, a second, lost,"
                + " twice ended, attempts once more, in %%, longest time without an end s, cpu %%")
            .formatted(PER_SECOND));
    for (int run = 0; run < RUNS; run++) {
      Path directory = Files.createTempDirectory("tasks-rolling-");
      try (Cluster cluster =
              Cluster.start(
                  directory,
                  Cluster.Shape.workers(3),
                  "-Dcluster.queues=plain",
                  "-Dcluster.concurrency=100");
          TasksRuntime tasks = cluster.connect();
          Cpu cpu = new Cpu()) {
        roll(cluster, tasks, cpu, report);
      }
    }
    report.publish(Path.of("target", "rolling-report.txt"));
  }

  private static void roll(Cluster cluster, TasksRuntime tasks, Cpu cpu, ClusterReport report)
      throws Exception {
    tasks.queues().createQueue(Queue.named(Load.PLAIN).partitions(8).build());
    start(cluster, 4);
    Set<String> ids = new HashSet<>();
    List<Throwable> failures = new ArrayList<>();
    Thread restarts =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    TimeUnit.SECONDS.sleep(WARM_SECONDS);
                    for (int worker = 1; worker <= 4; worker++) {
                      ClusterProcess process = cluster.process("worker-" + worker);
                      boolean closed = process.terminate(Duration.ofSeconds(30));
                      assertThat(closed).as("%s closed in time", process.name()).isTrue();
                      process.start();
                      Cluster.awaitReady(process);
                    }
                  } catch (Exception | AssertionError e) {
                    failures.add(e);
                  }
                });
    long from = System.nanoTime();
    steady(tasks, ids, restarts);
    long to = System.nanoTime();
    assertThat(failures).isEmpty();
    try (EventLog log = EventLog.of(tasks.config())) {
      log.awaitEndedIds(ids, Duration.ofMinutes(2));
      List<String> breaches = log.breaches();
      List<Attempted> attempts = Attempted.read(cluster.workerDirectories());
      long distinct =
          attempts.stream().map(each -> each.id() + "/" + each.attempt()).distinct().count();
      double part = 100.0 * (attempts.size() - distinct) / distinct;
      report.line(
          "%d  %d  0  %d  %d  %.3f  %.1f  %d"
              .formatted(
                  ids.size(),
                  ids.size() * SECOND / (to - from),
                  breaches.size(),
                  attempts.size() - distinct,
                  part,
                  longestGap(log.all()),
                  cpu.percent(from, to)));
      assertThat(breaches).isEmpty();
    }
  }

  private static void start(Cluster cluster, int workers) throws Exception {
    for (int worker = 1; worker <= workers; worker++) {
      cluster.process("worker-" + worker).start();
    }
    for (int worker = 1; worker <= workers; worker++) {
      Cluster.awaitReady(cluster.process("worker-" + worker));
    }
  }

  /** So many jobs a second, for as long as the restarts take and a little longer. */
  private static void steady(TasksRuntime tasks, Set<String> ids, Thread restarts) {
    int chunk = PER_SECOND / CHUNKS;
    long begin = System.nanoTime();
    long after = 0;
    for (int i = 0; after == 0 || System.nanoTime() < after; i++) {
      List<Job> jobs = new ArrayList<>(chunk);
      for (int n = 0; n < chunk; n++) {
        String id = "job-" + i + "-" + n;
        ids.add(id);
        jobs.add(Job.of("Work", Work.good(5)).id(id).queue(Load.PLAIN).build());
      }
      assertThat(tasks.queues().enqueue(jobs)).allMatch(EnqueueResult.Accepted.class::isInstance);
      long next = begin + (i + 1) * (SECOND / CHUNKS);
      while (System.nanoTime() < next) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
      if (after == 0 && !restarts.isAlive()) {
        after = System.nanoTime() + 5 * SECOND;
      }
    }
  }

  private static double longestGap(List<JobEvent> events) {
    long[] times =
        events.stream()
            .filter(event -> event.getState().name().equals("SUCCEEDED"))
            .mapToLong(event -> event.getAt().toEpochMilli())
            .sorted()
            .toArray();
    long longest = 0;
    for (int i = 1; i < times.length; i++) {
      longest = Math.max(longest, times[i] - times[i - 1]);
    }
    return longest / 1_000.0;
  }

  @Test
  void fourWorkersDoFourTimesTheWork() throws Exception {
    ClusterReport report = new ClusterReport();
    report.line("jobs of 10 ms at concurrency 50 a worker, one broker: workers, jobs/s, cpu %");
    List<double[]> factors = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      double one = throughput(1, report);
      double four = throughput(4, report);
      factors.add(new double[] {four / one});
    }
    report.line("median factor %.2f".formatted(ClusterReport.median(factors, 0)));
    report.publish(Path.of("target", "scale-report.txt"));
  }

  private static double throughput(int workers, ClusterReport report) throws Exception {
    Path directory = Files.createTempDirectory("tasks-scale-");
    try (Cluster cluster =
            Cluster.start(
                directory,
                Cluster.Shape.workers(1),
                "-Dcluster.queues=plain",
                "-Dcluster.concurrency=50",
                "-Dcluster.observe=false");
        TasksRuntime tasks = cluster.connect();
        Cpu cpu = new Cpu()) {
      tasks.queues().createQueue(Queue.named(Load.PLAIN).partitions(8).build());
      fill(tasks, workers * (WARM_SECONDS + STEADY_SECONDS) * 5_000);
      start(cluster, workers);
      TimeUnit.SECONDS.sleep(WARM_SECONDS);
      long before = done(tasks);
      long from = System.nanoTime();
      TimeUnit.SECONDS.sleep(STEADY_SECONDS);
      long after = done(tasks);
      long to = System.nanoTime();
      double rate = (after - before) / ((to - from) / (double) SECOND);
      report.line("%d  %.0f  %d".formatted(workers, rate, cpu.percent(from, to)));
      return rate;
    }
  }

  /** What the group's offsets say, which are committed with the outcomes. */
  private static long done(TasksRuntime tasks) {
    return -tasks.queues().depth(Load.PLAIN).values().stream().mapToLong(Long::longValue).sum();
  }

  private static void fill(TasksRuntime tasks, int count) {
    for (int sent = 0; sent < count; sent += 10_000) {
      List<Job> jobs = new ArrayList<>(10_000);
      for (int i = 0; i < 10_000; i++) {
        jobs.add(Job.of("Work", Work.good(10)).queue(Load.PLAIN).build());
      }
      assertThat(tasks.queues().enqueue(jobs)).allMatch(EnqueueResult.Accepted.class::isInstance);
    }
  }
}
