package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.Admission;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Unique;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Of jobs with the same key one runs: the first one, or the last one of a burst. */
public final class UniqueJobs {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private UniqueJobs() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("reports");
      tasks.queues().createQueue(Queue.named(queue).build());

      Unique first = Unique.key("customer-7");
      Admission admitted = tasks.queues().enqueueUnique(report(queue, "a", first), WAIT);
      Admission held = tasks.queues().enqueueUnique(report(queue, "b", first), WAIT);
      check(admitted instanceof Admission.Admitted, "the first job of a key is admitted");
      check(
          held instanceof Admission.Held other && other.holder().equals(admitted.job()),
          "the second one hears which job does the work");
      check(refused(tasks, report(queue, "c", first.reject())), "reject makes that an error");

      Unique debounced = Unique.key("search-index").replace().window(Duration.ofSeconds(2));
      for (String change : List.of("1", "2", "3")) {
        tasks.queues().enqueueUnique(report(queue, "index " + change, debounced), WAIT);
      }

      List<String> ran = new CopyOnWriteArrayList<>();
      CountDownLatch both = new CountDownLatch(2);
      try (Processor processor =
          Processor.on(tasks)
              .queue(queue)
              .action(
                  "report",
                  String.class,
                  (what, context) -> {
                    ran.add(what);
                    both.countDown();
                  })
              .start()) {
        await(both, "reports");
        check(processor.awaitEmpty(WAIT), "nothing else waits in the queue");
      }
      check(ran.equals(List.of("a", "index 3")), "one job of each key ran, of a burst the last");
    }
  }

  private static Job report(String queue, String what, Unique unique) {
    return Job.of("report", what).queue(queue).unique(unique).build();
  }

  private static boolean refused(Tasks tasks, Job job) {
    try {
      tasks.queues().enqueueUnique(job, WAIT);
      return false;
    } catch (TasksException e) {
      return e.code() == ErrorCode.CONFLICT;
    }
  }
}
