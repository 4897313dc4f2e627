package io.clusterdb.tasks.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command that runs until it is stopped that SIGTERM or SIGINT came, and lets it end in its
 * own way: the process ends with the command's exit code once the command is done. Thread-safe.
 */
final class StopSignal {
  private static final int MOST_SECONDS = 120;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = ExitCodes.FAILED;

  /** From now on the process waits for the command when it is told to stop. */
  void arm() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::hold, "stop-signal"));
  }

  /** Asks the command to end. */
  void ask() {
    asked.countDown();
  }

  /** Whether the command is asked to end. */
  boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Waits until the command is asked to end. */
  void await() throws InterruptedException {
    asked.await();
  }

  /** Waits until the command is asked to end, at most this long; whether it was. */
  boolean await(long millis) throws InterruptedException {
    return asked.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Says that the command is done. */
  void ended(int code) {
    exitCode = code;
    ended.countDown();
  }

  private void hold() {
    if (ended.getCount() == 0) {
      return; // the command ended by itself
    }
    ask();
    try {
      if (!ended.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("tasks: did not stop within " + MOST_SECONDS + " s, giving up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Without this the exit code would be the signal's, though all was done as asked.
    Runtime.getRuntime().halt(exitCode);
  }
}
