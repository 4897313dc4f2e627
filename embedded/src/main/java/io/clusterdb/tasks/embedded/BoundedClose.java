package io.clusterdb.tasks.embedded;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes something that might hang or fail, and lets neither keep the caller from going on. */
final class BoundedClose {
  private static final Logger log = LoggerFactory.getLogger(BoundedClose.class);

  private BoundedClose() {}

  /**
   * Closes on a thread of its own and waits for it, also when the caller is interrupted: closed by
   * half would be worse than late. The interrupt is kept.
   *
   * @return whether it closed in time and without an exception; if not, it has been logged
   */
  static boolean run(String name, Duration patience, AutoCloseable closeable) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("close-" + name).start(() -> close(closeable, done));
    long deadline = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          done.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (TimeoutException e) {
      log.error("{} did not close within {} ms; it is left behind", name, patience.toMillis());
      return false;
    } catch (ExecutionException e) {
      log.error("{} did not close cleanly", name, e.getCause());
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void close(AutoCloseable closeable, CompletableFuture<Void> done) {
    try {
      closeable.close();
      done.complete(null);
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
  }
}
