package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowExecution;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps runs of a workflow in flight, and sees how many end and how long none does. */
final class Outcomes {
  private static final int IN_FLIGHT = 500;

  private final Tasks tasks;
  private final String workflow;
  private int ended;
  private long lastNanos;
  private long stallNanos;
  private double perSecond;

  Outcomes(Tasks tasks, String workflow) {
    this.tasks = tasks;
    this.workflow = workflow;
  }

  /** Runs for so long, and waits until all have ended. */
  void run(int seconds) throws Exception {
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long start = System.nanoTime();
    lastNanos = start;
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end && failure.get() == null) {
      room.acquire();
      var unused =
          tasks
              .workflows()
              .executeAsync(WorkflowExecution.of(workflow).input(Map.of()))
              .thenCompose(run -> run.resultAsync())
              .whenComplete(
                  (result, error) -> {
                    ended();
                    room.release();
                    if (error != null || !result.succeeded()) {
                      failure.set(error == null ? new IllegalStateException("" + result) : error);
                    }
                  });
    }
    perSecond = count() / Raw.seconds(start);
    if (!room.tryAcquire(IN_FLIGHT, 2, TimeUnit.MINUTES) || failure.get() != null) {
      throw new IllegalStateException("runs did not end", failure.get());
    }
  }

  private synchronized void ended() {
    long now = System.nanoTime();
    stallNanos = Math.max(stallNanos, now - lastNanos);
    lastNanos = now;
    ended++;
  }

  private synchronized int count() {
    return ended;
  }

  double perSecond() {
    return perSecond;
  }

  /** The longest time without an end, in milliseconds. */
  synchronized long stallMillis() {
    return TimeUnit.NANOSECONDS.toMillis(stallNanos);
  }
}
