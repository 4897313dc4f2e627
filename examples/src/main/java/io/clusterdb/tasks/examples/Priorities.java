package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Lanes: what is urgent goes first, and what is not still moves. */
public final class Priorities {
  private static final int EACH = 200;

  private Priorities() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("mails");
      tasks
          .queues()
          .createQueue(
              Queue.named(queue)
                  .priorities(Priority.HIGH, Priority.NORMAL, Priority.LOW)
                  .concurrency(1)
                  .build());

      // The least urgent first, so that order of arrival alone would be the wrong way round.
      List<Job> jobs = new ArrayList<>();
      for (Priority priority : new Priority[] {Priority.LOW, Priority.NORMAL, Priority.HIGH}) {
        for (int i = 0; i < EACH; i++) {
          jobs.add(Job.of("send", "mail " + i).queue(queue).priority(priority).build());
        }
      }
      tasks.queues().enqueue(jobs);

      List<Priority> order = Collections.synchronizedList(new ArrayList<>());
      CountDownLatch sent = new CountDownLatch(jobs.size());
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "send",
                  String.class,
                  (mail, context) -> {
                    Thread.sleep(5);
                    order.add(context.job().priority());
                    sent.countDown();
                  })
              .start()) {
        show("Processor %s sends %d mails.".formatted(processor.instanceId(), jobs.size()));
        await(sent, "mails");
      }

      int high = order.lastIndexOf(Priority.HIGH) + 1;
      int normal = order.lastIndexOf(Priority.NORMAL) + 1;
      int low = order.lastIndexOf(Priority.LOW) + 1;
      show("The last mail of each lane was number %d, %d and %d.".formatted(high, normal, low));
      check(high < normal && normal < low, "urgent mails were done before the others");
      check(order.indexOf(Priority.LOW) < high, "the low lane moved while the others were full");
    }
  }
}
