package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Jobs for later: after a wait, or at a time; never early. */
public final class DelayedJobs {
  private DelayedJobs() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("reminders");
      tasks.queues().createQueue(Queue.named(queue).build());

      Instant start = Instant.now();
      Map<String, Instant> due =
          Map.of(
              "now", start,
              "in a second", start.plusSeconds(1),
              "in three seconds", start.plusSeconds(3),
              "at a time", start.plusSeconds(2),
              "at a time that has passed", start);
      tasks
          .queues()
          .enqueue(
              List.of(
                  reminder(queue, "in three seconds", Schedule.after(Duration.ofSeconds(3))),
                  reminder(queue, "in a second", Schedule.after(Duration.ofSeconds(1))),
                  reminder(queue, "at a time", Schedule.at(start.plusSeconds(2))),
                  reminder(queue, "at a time that has passed", Schedule.at(start.minusSeconds(60))),
                  Job.of("remind", "now").queue(queue).build()));

      Map<String, Instant> came = new ConcurrentHashMap<>();
      CountDownLatch all = new CountDownLatch(due.size());
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "remind",
                  String.class,
                  (what, context) -> {
                    came.put(what, Instant.now());
                    all.countDown();
                  })
              .start()) {
        show("Processor %s waits for reminders.".formatted(processor.instanceId()));
        await(all, "reminders");
      }

      due.forEach(
          (what, time) -> {
            Instant at = Objects.requireNonNull(came.get(what), what);
            check(!at.isBefore(time), "%s: %d ms after its time".formatted(what, millis(time, at)));
          });
    }
  }

  private static Job reminder(String queue, String what, Schedule schedule) {
    return Job.of("remind", what).queue(queue).schedule(schedule).build();
  }

  private static long millis(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }
}
