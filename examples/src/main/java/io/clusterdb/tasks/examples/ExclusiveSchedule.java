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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A schedule whose runs never overlap, though each takes longer than the time between two. */
public final class ExclusiveSchedule {
  private ExclusiveSchedule() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String name = Playground.unique("import");
      tasks.queues().createQueue(Queue.named(name).build());
      tasks
          .schedules()
          .configure(
              ScheduledTask.named(name)
                  .schedule(Schedule.every(Duration.ofSeconds(1)))
                  .task(Task.of("import").queue(name))
                  .timeout(Duration.ofMinutes(1))
                  .exclusive());

      AtomicInteger running = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch three = new CountDownLatch(3);
      try (Processor processor =
          Processor.on(tasks)
              .queue(name)
              .concurrency(10)
              .action(
                  "import",
                  Void.class,
                  (none, context) -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    TimeUnit.MILLISECONDS.sleep(1_500);
                    running.decrementAndGet();
                    three.countDown();
                  })
              .start()) {
        Playground.show("Processor %s waits for imports.".formatted(processor.instanceId()));
        await(three, "imports");
      } finally {
        tasks.schedules().delete(name);
      }

      check(most.get() == 1, "one import at a time, of a second and a half, each second");
    }
  }
}
