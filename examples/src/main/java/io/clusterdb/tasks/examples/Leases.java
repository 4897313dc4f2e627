package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.Dequeue;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.LeaseFailure;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Jobs that a caller takes one by one, works on, and gives back: for programs that cannot have a
 * processor inside. {@code examples/workers} has the same in Python and shell.
 */
public final class Leases {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private Leases() {}

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("scans");
      tasks.queues().createQueue(Queue.named(queue).build());
      JobId good = tasks.queues().enqueue(Job.of("scan", "letter.pdf").queue(queue).build());
      JobId bad = tasks.queues().enqueue(Job.of("scan", "virus.exe").queue(queue).build());

      int handled = 0;
      while (handled < 2) {
        List<LeasedJob> leased =
            tasks.queues().dequeue(queue, Dequeue.upTo(2).lasting(Duration.ofSeconds(30)));
        for (LeasedJob lease : leased) {
          String file = lease.payload(String.class);
          tasks.queues().extendLease(lease.lease(), Duration.ofSeconds(60)); // work that takes long
          if ("letter.pdf".equals(file)) {
            tasks.queues().completeJob(lease.lease(), Map.of("pages", 3));
          } else {
            tasks
                .queues()
                .failJob(lease.lease(), LeaseFailure.of("Refused", "no letter").permanently());
          }
          handled++;
        }
      }

      check(ended(tasks, good) == JobState.SUCCEEDED, "the letter was scanned");
      check(ended(tasks, bad) == JobState.DEAD, "what is no letter is a dead letter");
    }
  }

  private static JobState ended(Tasks tasks, JobId job) {
    return tasks.tasks().awaitTaskStatus(job.value(), WAIT).state();
  }
}
