package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Durations;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Says that no broker answers, once, then seldom, and that one does again: Kafka's clients say it
 * each time that they try. Confined to the thread that asks the brokers.
 */
final class BrokerWatch {
  /** What is over sooner is a restart of a broker, which is no news. */
  private static final long FIRST = TimeUnit.SECONDS.toNanos(5);

  private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

  private final Logger log;
  private final String subject;
  private final String bootstrap;
  private final LongSupplier ticker;
  private volatile boolean away;
  private long since;
  private long sayAfter;
  private boolean said;

  /**
   * Creates a watch.
   *
   * @param subject who waits, such as {@code the worker of queue a}
   * @param ticker monotonic, in nanoseconds
   */
  BrokerWatch(Logger log, String subject, String bootstrap, LongSupplier ticker) {
    this.log = log;
    this.subject = subject;
    this.bootstrap = bootstrap;
    this.ticker = ticker;
  }

  /** Whether no broker has answered lately. */
  boolean away() {
    return away;
  }

  /** A broker has answered. */
  void answered() {
    if (said) {
      log.info("A broker at {} answers again, after {}.", bootstrap, lasted());
    }
    away = false;
    said = false;
  }

  /** No broker has answered. */
  void silent() {
    long now = ticker.getAsLong();
    if (!away) {
      away = true;
      since = now;
      sayAfter = FIRST;
    }
    if (now - since >= sayAfter) {
      log.warn(
          "No Kafka broker at {} has answered for {}: {} waits, and goes on when one does. Check"
              + " that the brokers run and can be reached from here.",
          bootstrap,
          lasted(),
          subject);
      said = true;
      sayAfter = (now - since) + Math.min(LONGEST, Math.max(FIRST, now - since) * 2);
    }
  }

  private String lasted() {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(ticker.getAsLong() - since);
    return Durations.format(Duration.ofSeconds(seconds));
  }
}
