package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** How punctual delayed jobs are, and what it costs to have many. */
final class Delays {
  private static final int AT_ONCE = 100_000;
  private static final int WAITING = 1_000_000;
  private static final int PER_SECOND = 1_000;
  private static final int BATCH = 10_000;

  private final String bootstrap;
  private final Path directory;
  private final Results results;

  Delays(String bootstrap, Path directory, Results results) {
    this.bootstrap = bootstrap;
    this.directory = directory;
    this.results = results;
  }

  /** Many jobs that are due at one instant. */
  void oneInstant(int runs) throws Exception {
    List<Double> last = new ArrayList<>();
    List<Double> middle = new ArrayList<>();
    List<Double> departed = new ArrayList<>();
    int early = 0;
    try (Fork scheduler = SchedulerFork.start(bootstrap, directory.resolve("instant"));
        Tasks tasks = Tasks.connect(bootstrap)) {
      for (int i = 0; i < runs; i++) {
        try (Lateness lateness = Lateness.start(tasks, "instant-" + i)) {
          Instant due = Instant.now().plusSeconds(10);
          enqueue(tasks, AT_ONCE, number -> lateness.job(due));
          lateness.await(AT_ONCE, Duration.ofSeconds(90));
          last.add(lateness.worst());
          middle.add(lateness.millis(50));
          early += lateness.early();
          departed.add(lateness.lastDeparture(tasks, due));
        }
      }
    }
    results.add(
        "100,000 due at once, last ms late",
        Results.median(last),
        0,
        "all runs %s, of which sent after %s; p50 %.0f ms, %d early"
            .formatted(rounded(last), rounded(departed), Results.median(middle), early));
  }

  /** Jobs that fall due one after the other. */
  void steady(int seconds) throws Exception {
    try (Fork scheduler = SchedulerFork.start(bootstrap, directory.resolve("steady"));
        Tasks tasks = Tasks.connect(bootstrap);
        Lateness lateness = Lateness.start(tasks, "steady")) {
      int warm = 5;
      long start = System.nanoTime();
      int jobs = (warm + seconds) * PER_SECOND;
      for (int i = 0; i < jobs; i++) {
        waitUntil(start + i * (TimeUnit.SECONDS.toNanos(1) / PER_SECOND));
        var unused = tasks.queues().enqueueAsync(lateness.job(Instant.now().plusSeconds(2)));
        if (i == (warm + 2) * PER_SECOND) {
          lateness.reset();
        }
      }
      lateness.await(jobs, Duration.ofSeconds(60));
      results.add(
          "1,000 due a second, p50 ms late",
          lateness.millis(50),
          0,
          "p99 %.1f ms, worst %.1f ms, %d early"
              .formatted(lateness.millis(99), lateness.worst(), lateness.early()));
    }
  }

  /** A million jobs that wait for an hour, and what happens meanwhile. */
  void waiting() throws Exception {
    Path state = directory.resolve("waiting");
    try (Tasks tasks = Tasks.connect(bootstrap);
        Lateness lateness = Lateness.start(tasks, "waiting")) {
      try (Fork scheduler = SchedulerFork.start(bootstrap, state)) {
        fill(tasks, scheduler, lateness);
        burst(tasks, lateness);
      }
      Restores restores = new Restores(bootstrap, directory, results);
      restores.afterLostState(tasks);
      restores.afterKill(tasks, lateness);
    }
  }

  private void fill(Tasks tasks, Fork scheduler, Lateness lateness) throws Exception {
    IntFunction<Job> spread =
        number -> lateness.job(Instant.now().plusMillis(1_000L + number * 3_600L % 3_600_000));
    enqueue(tasks, AT_ONCE, spread);
    Backlogs.awaitTaken(bootstrap, tasks);
    double few = SchedulerFork.heapMegabytes(scheduler);
    long start = System.nanoTime();
    enqueue(tasks, WAITING - AT_ONCE, number -> spread.apply(AT_ONCE + number));
    Backlogs.awaitTaken(bootstrap, tasks);
    results.add(
        "enqueued and stored delayed jobs/s", (WAITING - AT_ONCE) / Raw.seconds(start), 0, "");
    double many = SchedulerFork.heapMegabytes(scheduler);
    results.add(
        "heap with 1,000,000 waiting, MB",
        many,
        few,
        "beside 100,000 waiting; peak resident " + scheduler.peakMegabytes() + " MB");
  }

  private void burst(Tasks tasks, Lateness lateness) throws Exception {
    Instant due = Instant.now().plusSeconds(15);
    int before = lateness.started();
    enqueue(tasks, AT_ONCE, number -> lateness.job(due));
    Backlogs.awaitTaken(bootstrap, tasks);
    lateness.reset();
    lateness.await(before + AT_ONCE, Duration.ofSeconds(90));
    Thread.sleep(Math.max(0, Duration.between(Instant.now(), due.plusSeconds(3)).toMillis()));
    results.add(
        "100,000 due beside a million, p99 ms",
        lateness.millis(99),
        0,
        "p50 %.0f ms, worst %.0f ms, %d early"
            .formatted(lateness.millis(50), lateness.worst(), lateness.early()));
  }

  static void enqueue(Tasks tasks, int count, IntFunction<Job> job) {
    for (int sent = 0; sent < count; sent += BATCH) {
      List<Job> next = new ArrayList<>(BATCH);
      for (int i = sent; i < Math.min(count, sent + BATCH); i++) {
        next.add(job.apply(i));
      }
      for (EnqueueResult result : tasks.queues().enqueue(next)) {
        if (result instanceof EnqueueResult.Refused refused) {
          throw refused.error();
        }
      }
    }
  }

  private static List<Long> rounded(List<Double> values) {
    return values.stream().map(Math::round).toList();
  }

  private static void waitUntil(long nanos) {
    while (System.nanoTime() < nanos) {
      LockSupport.parkNanos(nanos - System.nanoTime());
    }
  }
}
