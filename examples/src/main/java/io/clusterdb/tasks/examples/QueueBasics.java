package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.slf4j.event.Level.INFO;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A queue with everything on it: a job for later, a handler, and a task that somebody waits for.
 */
public final class QueueBasics {
  private QueueBasics() {}

  /** What a job carries: any record, as JSON. */
  record ProcessOrder(String orderId) {}

  /** What the handler returns. */
  record Receipt(String orderId, String status) {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      tasks
          .queues()
          .createQueue(
              Queue.named("default")
                  .concurrency(10)
                  .rateLimit(RateLimit.perSecond(100).burst(10))
                  .retry(RetryPolicy.exponential(ofSeconds(1), ofSeconds(60), 2.0).maxAttempts(3))
                  .deadLetter(DeadLetter.to("default-dlq").afterAttempts(3))
                  .middleware(
                      Middleware.logging(INFO).includePayload(),
                      Middleware.metrics("jobs", Map.of("queue", "default")))
                  .build());

      Instant soon = Instant.now().plusSeconds(3);
      JobId id =
          tasks
              .queues()
              .enqueue(
                  Job.of("ProcessOrder", new ProcessOrder("order-123"))
                      .id("job-123")
                      .queue("default")
                      .priority(Priority.HIGH)
                      .timeout(ofMinutes(5))
                      .schedule(Schedule.at(soon))
                      .metadata("source", "api")
                      .build());
      show("Job %s waits until %s.".formatted(id, soon));

      CountDownLatch scheduled = new CountDownLatch(1);
      try (Processor processor =
          Processor.on(tasks)
              .queue("default")
              .concurrency(10)
              .handler(
                  "ProcessOrder",
                  ProcessOrder.class,
                  (order, context) -> {
                    if (context.job().run().equals(id.run())) {
                      check(!Instant.now().isBefore(soon), "job %s was not early".formatted(id));
                      check(
                          context.job().metadata().equals(Map.of("source", "api")),
                          "job %s brought its metadata".formatted(id));
                      scheduled.countDown();
                    }
                    return new Receipt(order.orderId(), "shipped");
                  })
              .middleware(Middleware.timeout(ofMinutes(5)), Middleware.rateLimit(100, 10))
              .start()) {
        show("Processor %s runs.".formatted(processor.instanceId()));

        TaskResult done =
            tasks
                .tasks()
                .executeTask(
                    Task.of("ProcessOrder")
                        .payload(new ProcessOrder("order-124"))
                        .priority(Priority.HIGH));
        check(
            new Receipt("order-124", "shipped").equals(done.resultAs(Receipt.class)),
            "the caller of order-124 got its receipt");

        await(scheduled, "job " + id);
      }
    }
  }
}
