package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** An interval whose fires are put off a little, by how much the name and the time decide. */
public final class IntervalWithJitter {
  private IntervalWithJitter() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String name = Playground.unique("polls");
      tasks.queues().createQueue(Queue.named(name).build());
      ScheduledTask polls =
          ScheduledTask.named(name)
              .schedule(Schedule.every(Duration.ofSeconds(2)).jitter(Duration.ofSeconds(1)))
              .task(Task.of("poll").queue(name));
      List<Instant> planned = polls.next(Instant.now(), 10);
      tasks.schedules().configure(polls);

      Map<String, Instant> came = new ConcurrentHashMap<>();
      CountDownLatch three = new CountDownLatch(3);
      try (Processor processor =
          Processor.on(tasks)
              .queue(name)
              .action(
                  "poll",
                  Void.class,
                  (none, context) -> {
                    came.put(context.job().id(), Instant.now());
                    three.countDown();
                  })
              .start()) {
        Playground.show("Processor %s waits for polls.".formatted(processor.instanceId()));
        await(three, "polls");
      } finally {
        tasks.schedules().delete(name);
      }

      for (Instant time : planned) {
        Instant at = came.get(name + "@" + time);
        if (at != null) {
          Instant due = polls.fireTime(time);
          check(
              !at.isBefore(due),
              "planned for %s, put off to %s, came at %s".formatted(time, due, at));
        }
      }
    }
  }
}
