package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What became of a job, which jobs there are, and how one that nobody wants any more is ended. */
public final class StateOfJobs {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private StateOfJobs() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("exports");
      tasks.queues().createQueue(Queue.named(queue).build());

      // Before a worker starts: one that runs hears of it a moment later.
      tasks.queues().pause(queue);
      JobId waits = tasks.queues().enqueue(job(queue, "short"));
      check(
          tasks.tasks().getTaskStatus(waits).state() == JobState.QUEUED,
          "a job of a paused queue waits");

      CountDownLatch started = new CountDownLatch(1);
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .handler("short", String.class, (table, context) -> table + ".csv")
              .action(
                  "endless",
                  String.class,
                  (table, context) -> {
                    context.progress(0.1, "the first of ten files");
                    started.countDown();
                    Thread.sleep(Duration.ofHours(1)); // a cancellation interrupts it
                  })
              .start()) {
        tasks.queues().resume(queue);
        check(
            tasks.tasks().awaitTaskStatus(waits.value(), WAIT).state() == JobState.SUCCEEDED,
            "and runs when the queue is resumed");

        JobId quick = tasks.queues().enqueue(job(queue, "short"));
        JobStatus done = tasks.tasks().awaitTaskStatus(quick.value(), WAIT);
        check(
            done.state() == JobState.SUCCEEDED && "orders.csv".equals(done.resultAs(String.class)),
            "job %s has its result: %s".formatted(done.id(), done.result()));

        JobId endless = tasks.queues().enqueue(job(queue, "endless"));
        await(started, "the export");
        tasks.tasks().cancel(endless, "nobody wants it any more");
        JobStatus cancelled = tasks.tasks().awaitTaskStatus(endless.value(), WAIT);
        check(
            cancelled.state() == JobState.CANCELLED,
            "the job that ran was cancelled: %s".formatted(cancelled.note()));

        JobPage page =
            tasks
                .tasks()
                .listTasks(
                    JobFilter.all()
                        .queue(queue)
                        .states(JobState.SUCCEEDED)
                        .metadata("table", "orders"),
                    PageRequest.first(10));
        check(
            page.jobs().stream().map(JobStatus::jobId).toList().contains(quick)
                && page.jobs().size() == 2,
            "two of its jobs succeeded, found by their metadata");
        check(
            tasks.queues().stats(queue).workers() == 1,
            "its one worker is %s".formatted(processor.instanceId()));
      }
    }
  }

  private static Job job(String queue, String type) {
    return Job.of(type, "orders").queue(queue).metadata("table", "orders").build();
  }
}
