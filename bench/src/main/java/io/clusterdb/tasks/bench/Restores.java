package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** How long a scheduler needs to have its waiting jobs again. */
final class Restores {
  private static final int DUE = 100_000;

  private final String bootstrap;
  private final Path directory;
  private final Results results;

  Restores(String bootstrap, Path directory, Results results) {
    this.bootstrap = bootstrap;
    this.directory = directory;
    this.results = results;
  }

  /** A clean stop, then a start without the state directory. */
  void afterLostState(Tasks tasks) throws Exception {
    long start = System.nanoTime();
    try (Fork scheduler = SchedulerFork.start(bootstrap, directory.resolve("lost"))) {
      results.add(
          "restore of 1,000,000, lost state, s",
          Raw.seconds(start),
          0,
          "from the start of the process; heap %.0f MB"
              .formatted(SchedulerFork.heapMegabytes(scheduler)));
    }
  }

  /** Killed while jobs leave, then started again on the same directory. */
  void afterKill(Tasks tasks, Lateness lateness) throws Exception {
    Path state = directory.resolve("killed");
    int before;
    try (Fork scheduler = SchedulerFork.start(bootstrap, state)) {
      Instant due = Instant.now().plusSeconds(10);
      before = lateness.started();
      Delays.enqueue(tasks, DUE, number -> lateness.job(due));
      Backlogs.awaitTaken(bootstrap, tasks);
      lateness.await(lateness.started() + DUE / 10, Duration.ofSeconds(60));
      scheduler.kill();
    }
    long start = System.nanoTime();
    try (Fork scheduler = SchedulerFork.start(bootstrap, state)) {
      double ready = Raw.seconds(start);
      lateness.await(before + DUE, Duration.ofMinutes(2));
      results.add(
          "restart after kill -9 in a transaction, s",
          ready,
          0,
          "1,000,000 waiting; all that was due out after %.1f s, %d early"
              .formatted(Raw.seconds(start), lateness.early()));
    }
  }
}
