package io.clusterdb.tasks.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps answers that callers do not read from filling the memory: an answer is there until its
 * caller has taken it, and callers may be many and slow, or ask and never read. Large ones share so
 * much room, and who takes too long is cut off. Thread-safe.
 */
final class LargeAnswers {
  private static final Logger log = LoggerFactory.getLogger(LargeAnswers.class);

  /** Smaller ones fit beside each other for as many connections as there may be. */
  static final int LARGE = 16 << 10;

  private static final int UNIT = 1 << 10;

  private final int room;
  private final Semaphore left;
  private final Duration patience;
  private final Duration limit;

  /**
   * Makes room.
   *
   * @param bytes what large answers may take together
   * @param patience how long one waits for room
   * @param limit how long a caller may take to read one
   */
  LargeAnswers(long bytes, Duration patience, Duration limit) {
    this.room = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
    this.left = new Semaphore(room, true);
    this.patience = patience;
    this.limit = limit;
  }

  /** For this process: an eighth of its heap. */
  static LargeAnswers ofHeap() {
    return new LargeAnswers(
        Runtime.getRuntime().maxMemory() / 8, Duration.ofSeconds(5), Duration.ofSeconds(20));
  }

  /**
   * Sends an answer.
   *
   * @param send blocks until the caller has taken it, and ends with an exception when its thread is
   *     interrupted
   * @return false if there was no room, and nothing was sent
   */
  boolean send(int bytes, Runnable send) {
    if (bytes <= LARGE) {
      send.run();
      return true;
    }
    int units = Math.min(room, bytes / UNIT);
    try {
      if (!left.tryAcquire(units, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    try (Watch unused = new Watch(Thread.currentThread())) {
      send.run();
      return true;
    } finally {
      left.release(units);
    }
  }

  /** Interrupts a thread that sends for too long, which closes its connection. */
  private final class Watch implements AutoCloseable {
    private final Thread sender;
    private final Thread watcher;
    private boolean over;
    private boolean cut;

    Watch(Thread sender) {
      this.sender = sender;
      this.watcher = Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
      try {
        Thread.sleep(limit);
        cut();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // It was read in time.
      }
    }

    private synchronized void cut() {
      if (!over) {
        cut = true;
        log.debug("A caller did not read its answer within {}, and is cut off", limit);
        sender.interrupt();
      }
    }

    @Override
    public void close() {
      synchronized (this) {
        over = true;
        if (cut) {
          Thread.interrupted(); // It was for the answer alone.
        }
      }
      watcher.interrupt();
    }
  }
}
