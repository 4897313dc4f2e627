package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
  private static final int AFTER_SECONDS = 30;

  private final String bootstrap;
  private final Path directory;
  private final Results results;

  Takeovers(String bootstrap, Path directory, Results results) {
    this.bootstrap = bootstrap;
    this.directory = directory;
    this.results = results;
  }

  /** Without and with a copy of each store at the other one. */
  void measure() throws Exception {
    try (Tasks tasks = Tasks.connect(bootstrap)) {
      tasks.queues().createQueue(Queue.named("takeover-waits").build());
      for (int standby = 0; standby < 2; standby++) {
        kill(tasks, standby);
      }
    }
  }

  private void kill(Tasks tasks, int standby) throws Exception {
    String queue = "takeover-" + standby;
    tasks.queues().createQueue(Queue.named(queue).partitions(4).build());
    Path state = directory.resolve(queue);
    try (Departed departed = Departed.of(tasks, queue);
        Fork survivor = SchedulerFork.start(bootstrap, state.resolve("a"), standby);
        Fork killed = SchedulerFork.start(bootstrap, state.resolve("b"), standby)) {
      Instant later = Instant.now().plus(Duration.ofHours(2));
      Delays.enqueue(
          tasks,
          WAITING,
          number -> Job.of("Later").queue("takeover-waits").schedule(Schedule.at(later)).build());
      Backlogs.awaitTaken(bootstrap, tasks);
      departed.settle(); // shares are handed out, and copies are up to date
      steady(tasks, queue, departed, killed);
      Departed.Worst worst = departed.worst((BEFORE_SECONDS + AFTER_SECONDS) * PER_SECOND);
      results.add(
          "takeover, %d standby, s".formatted(standby),
          worst.lateMillis() / 1_000.0,
          0,
          "from the kill to the last share that goes on; readers stood still for %.1f s at most; %d of %d twice"
              .formatted(worst.stallMillis() / 1_000.0, worst.doubled(), worst.jobs()));
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
