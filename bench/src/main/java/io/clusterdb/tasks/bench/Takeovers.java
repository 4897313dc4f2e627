package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What happens when one of two schedulers is killed, while jobs fall due all the time and others
 * wait.
 */
final class Takeovers {
  private static final int WAITING = 200_000;
  private static final int PER_SECOND = 500;
  private static final int BEFORE_SECONDS = 5;
  private static final int AFTER_SECONDS = 20;

  private final String bootstrap;
  private final Path directory;
  private final Results results;

  Takeovers(String bootstrap, Path directory, Results results) {
    this.bootstrap = bootstrap;
    this.directory = directory;
    this.results = results;
  }

  /** Without and with a copy of each store at the other one. */
  void measure(int runs) throws Exception {
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      fill(tasks);
      for (int standby = 0; standby < 2; standby++) {
        List<Departed.Worst> all = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
          all.add(kill(tasks, standby, "takeover-%d-%d".formatted(standby, run)));
        }
        report(standby, all);
      }
    }
  }

  private void fill(Tasks tasks) throws Exception {
    tasks.queues().createQueue(Queue.named("takeover-waits").build());
    try (Fork scheduler = SchedulerFork.start(bootstrap, directory.resolve("fill"))) {
      Instant later = Instant.now().plus(Duration.ofHours(2));
      Delays.enqueue(
          tasks,
          WAITING,
          number -> Job.of("Later").queue("takeover-waits").schedule(Schedule.at(later)).build());
      Backlogs.awaitTaken(bootstrap, tasks);
    }
  }

  private void report(int standby, List<Departed.Worst> all) {
    results.add(
        "takeover, %d standby, s".formatted(standby),
        Results.median(all.stream().map(worst -> worst.lateMillis() / 1_000.0).toList()),
        0,
        "all runs %s, from the kill to the last share that goes on; readers stood still for %s s at most; %d jobs twice"
            .formatted(
                all.stream().map(worst -> "%.1f".formatted(worst.lateMillis() / 1_000.0)).toList(),
                all.stream().map(worst -> "%.1f".formatted(worst.stallMillis() / 1_000.0)).toList(),
                all.stream().mapToInt(Departed.Worst::doubled).sum()));
  }

  /** The first one has the work, since the second one first has to copy what it is to have. */
  private Departed.Worst kill(Tasks tasks, int standby, String queue) throws Exception {
    tasks.queues().createQueue(Queue.named(queue).partitions(4).build());
    Path state = directory.resolve(queue);
    try (Departed departed = Departed.of(tasks, queue);
        Fork killed = SchedulerFork.start(bootstrap, state.resolve("a"), standby);
        Fork survivor = SchedulerFork.start(bootstrap, state.resolve("b"), standby)) {
      departed.settle(); // copies are up to date
      steady(tasks, queue, departed, killed);
      return departed.worst((BEFORE_SECONDS + AFTER_SECONDS) * PER_SECOND);
    }
  }

  /** Jobs that fall due a second later, over the kill. */
  private static void steady(Tasks tasks, String queue, Departed departed, Fork killed)
      throws InterruptedException {
    long start = System.nanoTime();
    long step = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    for (int i = 0; i < (BEFORE_SECONDS + AFTER_SECONDS) * PER_SECOND; i++) {
      while (System.nanoTime() < start + i * step) {
        LockSupport.parkNanos(start + i * step - System.nanoTime());
      }
      Instant due = Instant.now().plusSeconds(1);
      var unused =
          tasks
              .queues()
              .enqueueAsync(
                  Job.of("Due")
                      .id(Long.toString(due.toEpochMilli()) + "-" + i)
                      .queue(queue)
                      .schedule(Schedule.at(due))
                      .build());
      if (i == BEFORE_SECONDS * PER_SECOND) {
        departed.reset();
        killed.kill();
      }
    }
  }
}
