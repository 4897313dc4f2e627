package io.clusterdb.tasks;

import java.time.Duration;

/**
 * How jobs are leased. Immutable; each method returns a changed copy.
 *
 * @param max jobs at once, from 1 to 100; 1 by default
 * @param waiting how long to wait for the first, at most a minute; 10 s by default. The first call
 *     for a queue may take some seconds longer, while the service joins the queue's workers
 * @param lasting how long each lease lasts unless it is extended, from 1 s to 12 h; 60 s by
 *     default. The job's own timeout holds all the same
 */
public record Dequeue(int max, Duration waiting, Duration lasting) {
  /** One job, a wait of 10 s, a lease of 60 s. */
  public static final Dequeue ONE = new Dequeue(1, Duration.ofSeconds(10), Duration.ofSeconds(60));

  /** Checks the values. */
  public Dequeue {
    Checks.that(max >= 1 && max <= 100, "1 to 100 jobs at once", max);
    Checks.notNegative("the wait for a job", waiting);
    Checks.that(waiting.toSeconds() <= 60, "a wait for a job of at most 1m", waiting);
    Checks.that(
        lasting.toSeconds() >= 1 && lasting.toHours() <= 12, "a lease of 1s to 12h", lasting);
  }

  /** At most this many jobs, from 1 to 100. */
  public static Dequeue upTo(int jobs) {
    return new Dequeue(jobs, ONE.waiting(), ONE.lasting());
  }

  /** With this wait for the first job, at most a minute. */
  public Dequeue waiting(Duration time) {
    return new Dequeue(max, time, lasting);
  }

  /** With leases that last so long, from 1 s to 12 h. */
  public Dequeue lasting(Duration time) {
    return new Dequeue(max, waiting, time);
  }
}
