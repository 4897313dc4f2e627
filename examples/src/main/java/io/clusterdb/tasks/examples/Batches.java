package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.BatchStatus;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Jobs that are counted together, and one that follows when all of them have ended. */
public final class Batches {
  private Batches() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("imports");
      tasks.queues().createQueue(Queue.named(queue).build());
      String batch = Playground.unique("import");
      List<Job> rows =
          IntStream.rangeClosed(1, 20)
              .mapToObj(row -> Job.of("row", row).queue(queue).build())
              .toList();

      CountDownLatch followed = new CountDownLatch(1);
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "row",
                  Integer.class,
                  (row, context) -> {
                    if (row % 10 == 0) {
                      throw new PermanentFailure("row %d is broken".formatted(row));
                    }
                  })
              .action("report", String.class, (of, context) -> followed.countDown())
              .start()) {
        tasks.queues().enqueueBatch(batch, rows, Job.of("report", batch).queue(queue).build());

        BatchStatus status = tasks.queues().awaitBatch(batch, Duration.ofSeconds(50));
        check(status.complete(), "all of its jobs have ended");
        check(
            status.count(JobState.SUCCEEDED) == 18 && status.count(JobState.DEAD) == 2,
            "the batch was counted: %s".formatted(status.byState()));
        await(followed, "the report");
        check(processor.running(), "the report followed, though two rows are dead");
      }
    }
  }
}
