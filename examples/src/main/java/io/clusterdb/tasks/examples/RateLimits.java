package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.await;
import static io.clusterdb.tasks.examples.Playground.check;
import static io.clusterdb.tasks.examples.Playground.show;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.Tasks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** A limit to how many jobs start a second, over all workers of a queue. */
public final class RateLimits {
  private static final double PER_SECOND = 50;
  private static final int BURST = 10;
  private static final int JOBS = 150;

  /** From the moment that the limit counts to the first line of the handler. */
  private static final double JITTER_SECONDS = 0.5;

  private RateLimits() {}

  public static void main(String[] args) throws Exception {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String queue = Playground.unique("calls");
      tasks
          .queues()
          .createQueue(
              Queue.named(queue)
                  .concurrency(50)
                  .rateLimit(RateLimit.perSecond(PER_SECOND).burst(BURST))
                  .build());
      tasks
          .queues()
          .enqueue(
              IntStream.range(0, JOBS)
                  .mapToObj(i -> Job.of("call", i).queue(queue).build())
                  .toList());

      List<Long> starts = Collections.synchronizedList(new ArrayList<>());
      CountDownLatch done = new CountDownLatch(JOBS);
      try (Processor first = worker(tasks, queue, starts, done);
          Processor second = worker(tasks, queue, starts, done)) {
        show(
            "Processors %s and %s share the limit."
                .formatted(first.instanceId(), second.instanceId()));
        await(done, "calls");
      }

      double most = mostAboveLimit(starts.stream().sorted().toList());
      double seconds = (Collections.max(starts) - Collections.min(starts)) / 1e9;
      check(
          most <= BURST + PER_SECOND * JITTER_SECONDS,
          "%d calls took %.1f s: never more than %.0f a second, with a burst of %d"
              .formatted(JOBS, seconds, PER_SECOND, BURST));
    }
  }

  private static Processor worker(
      Tasks tasks, String queue, List<Long> starts, CountDownLatch done) {
    return Processor.on(tasks)
        .queue(queue)
        .action(
            "call",
            Integer.class,
            (number, context) -> {
              starts.add(System.nanoTime());
              done.countDown();
            })
        .start();
  }

  /** The most starts in any span of time, beyond what the rate allows for its length. */
  private static double mostAboveLimit(List<Long> starts) {
    double most = 0;
    for (int from = 0; from < starts.size(); from++) {
      for (int to = from; to < starts.size(); to++) {
        double seconds = (starts.get(to) - starts.get(from)) / 1e9;
        most = Math.max(most, to - from + 1 - PER_SECOND * seconds);
      }
    }
    return most;
  }
}
