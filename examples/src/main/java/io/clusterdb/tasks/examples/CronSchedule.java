package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Scheduler;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;

/** A cron expression: a job for each planned time, whose payload says which one. */
public final class CronSchedule {
  private CronSchedule() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String name = Playground.unique("ticks");
      tasks.queues().createQueue(Queue.named(name).build());
      tasks.configureScheduler(
          Scheduler.inZone("Europe/Berlin")
              .task(
                  ScheduledTask.named(name)
                      .schedule(Schedule.cron("*/2 * * * * *"))
                      .task(
                          Task.of("tick")
                              .queue(name)
                              .payload(Map.of("for", "{{schedule.planned_time}}")))));

      Set<Instant> times = new ConcurrentSkipListSet<>();
      CountDownLatch three = new CountDownLatch(3);
      try (Processor processor =
          Processor.on(tasks)
              .queue(name)
              .action(
                  "tick",
                  Map.class,
                  (payload, context) -> {
                    times.add(Instant.parse(String.valueOf(payload.get("for"))));
                    three.countDown();
                  })
              .start()) {
        Playground.show("Processor %s waits for ticks.".formatted(processor.instanceId()));
        await(three, "ticks");
      } finally {
        tasks.schedules().delete(name);
      }

      check(
          times.stream().allMatch(time -> time.getEpochSecond() % 2 == 0),
          "every job is for an even second: " + times);
    }
  }
}
