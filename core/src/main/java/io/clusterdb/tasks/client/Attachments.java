package io.clusterdb.tasks.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What closes with a connection. Thread-safe. */
final class Attachments {
  private static final Logger log = LoggerFactory.getLogger(Attachments.class);

  /** Parts bound their own closing; this only keeps one that does not from holding up a process. */
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private final Set<AutoCloseable> parts = ConcurrentHashMap.newKeySet();

  void add(AutoCloseable part) {
    parts.add(part);
  }

  void remove(AutoCloseable part) {
    parts.remove(part);
  }

  /** Closes all, side by side, since each may let running jobs end first. */
  void closeAll() {
    List<Thread> closing = new ArrayList<>();
    for (AutoCloseable part : parts) {
      closing.add(Thread.ofVirtual().name("tasks-close").start(() -> close(part)));
    }
    parts.clear();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    boolean interrupted = false;
    for (Thread thread : closing) {
      interrupted |= join(thread, deadline);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn(
          "{} did not close cleanly; what it had not settled is done again elsewhere.", part, e);
    }
  }

  private static boolean join(Thread thread, long deadline) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
