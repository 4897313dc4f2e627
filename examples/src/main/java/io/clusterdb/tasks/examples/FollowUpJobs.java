package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A handler enqueues further jobs by its context: they exist if and only if the attempt is settled,
 * so an attempt that fails leaves none behind.
 */
public final class FollowUpJobs {
  private FollowUpJobs() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("orders");
      tasks
          .queues()
          .createQueue(
              Queue.named(queue)
                  .retry(RetryPolicy.fixed(Duration.ofMillis(200)).maxAttempts(3))
                  .build());

      List<String> shipped = new CopyOnWriteArrayList<>();
      CountDownLatch done = new CountDownLatch(1);
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "pay",
                  String.class,
                  (order, context) -> {
                    int attempt = context.job().attempt();
                    context.enqueue(
                        Job.of("ship", order + " of attempt " + attempt).queue(queue).build());
                    if (attempt < 3) {
                      throw new NamedFailure("TransientError", "the bank is busy");
                    }
                  })
              .action(
                  "ship",
                  String.class,
                  (what, context) -> {
                    shipped.add(what);
                    done.countDown();
                  })
              .start()) {
        tasks.queues().enqueue(Job.of("pay", "order-1").queue(queue).build());
        await(done, "the parcel");
        check(processor.awaitEmpty(Duration.ofSeconds(30)), "nothing else waits");
      }
      check(
          shipped.equals(List.of("order-1 of attempt 3")),
          "only the attempt that succeeded had something shipped: %s".formatted(shipped));
    }
  }
}
