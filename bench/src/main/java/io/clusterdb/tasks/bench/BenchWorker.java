package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A worker in a process of its own. Prints jobs a second, from the first start to the last
 * settlement, and the microseconds of processor time that each cost it, the start of the process
 * among them. Arguments: bootstrap, queue, jobs, concurrency, milliseconds that a handler sleeps.
 */
final class BenchWorker {
  private static final long NOT_YET = Long.MIN_VALUE;

  private BenchWorker() {}

  /** Starts one. */
  static Fork fork(String bootstrap, String queue, int jobs, int concurrency, int sleepMs)
      throws IOException {
    return Fork.start(
        BenchWorker.class,
        "320m",
        List.of(
            bootstrap,
            queue,
            Integer.toString(jobs),
            Integer.toString(concurrency),
            Integer.toString(sleepMs)));
  }

  /**
   * What a worker says at its end.
   *
   * @param rate jobs a second
   * @param cpuMicros processor time of a job, in microseconds
   */
  record Figures(double rate, double cpuMicros) {
    /** Waits for them. */
    static Figures of(Fork fork) {
      String[] figures = fork.line().split(" ", -1);
      return new Figures(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }
  }

  public static void main(String[] arguments) throws Exception {
    int jobs = Integer.parseInt(arguments[2]);
    int sleep = Integer.parseInt(arguments[4]);
    AtomicLong start = new AtomicLong(NOT_YET);
    CountDownLatch left = new CountDownLatch(jobs);
    try (Tasks tasks = Tasks.connect(arguments[0]);
        Processor processor =
            Processor.on(tasks)
                .queue(arguments[1])
                .concurrency(Integer.parseInt(arguments[3]))
                .action(
                    "Noop",
                    byte[].class,
                    (payload, context) -> {
                      if (start.get() == NOT_YET) {
                        start.compareAndSet(NOT_YET, System.nanoTime());
                      }
                      if (sleep > 0) {
                        Thread.sleep(sleep);
                      }
                      left.countDown();
                    })
                .start()) {
      left.await();
      processor.awaitEmpty(Duration.ofMinutes(1));
      System.out.println(jobs / Raw.seconds(start.get()) + " " + cpuMicros() / jobs);
      new CountDownLatch(1).await(); // the parent reads this process's memory, then ends it
    }
  }

  /** Processor time of this process so far. */
  static double cpuMicros() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e3;
  }
}
