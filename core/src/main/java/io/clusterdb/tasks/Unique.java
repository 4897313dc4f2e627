package io.clusterdb.tasks;

import java.time.Duration;
import java.util.Locale;

/**
 * What makes a job unique in its queue: of all jobs with the same key only one is admitted while
 * the key is held. The scheduler decides, in the order in which the broker took the jobs. Immutable
 * and thread-safe.
 *
 * @param key what the jobs have in common, within their queue
 * @param policy what becomes of a job whose key is held
 * @param window how long the key is held at the longest, from admission on; with {@link
 *     Policy#REPLACE} how long a job waits for a newer one. Also what bounds the hold where the end
 *     of a job is not heard of
 * @param untilEnd whether the key is free again as soon as the job that holds it has ended, if that
 *     is before the window has passed; nothing to {@link Policy#REPLACE}, whose key is free when
 *     the job leaves for its queue
 */
public record Unique(String key, Policy policy, Duration window, boolean untilEnd) {
  /** What holds where nothing is said. */
  public static final Duration DEFAULT_WINDOW = Duration.ofHours(1);

  private static final Duration LONGEST = Duration.ofDays(366);

  /** What becomes of a job whose key another one holds. */
  public enum Policy {
    /** It ends as CANCELLED, and whoever asks hears which job does the work. */
    FIRST,
    /** It takes the place of the waiting one, and the wait starts again (debounce). */
    REPLACE,
    /** As {@link #FIRST}, but for who asks it is an error: CONFLICT with the holder's id. */
    REJECT;

    /** The name in headers and on the command line. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The policy of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Policy parse(String text) {
      for (Policy policy : values()) {
        if (policy.text().equals(text.trim().toLowerCase(Locale.ROOT))) {
          return policy;
        }
      }
      throw new IllegalArgumentException("expected first, replace or reject, found " + text);
    }
  }

  /** Checks the values. */
  public Unique {
    Checks.text("a unique key", key, Job.MAX_NAME_LENGTH);
    Checks.positive("a unique key's window", window);
    Checks.that(
        window.compareTo(LONGEST) <= 0 && window.toMillis() >= 1,
        "a window of 1ms to 366d for a unique key",
        window);
  }

  /** This key, where the first job wins, for an hour. */
  public static Unique key(String key) {
    return new Unique(key, Policy.FIRST, DEFAULT_WINDOW, false);
  }

  /** With this window. */
  public Unique window(Duration value) {
    return new Unique(key, policy, value, untilEnd);
  }

  /** Where this becomes of jobs whose key is held. */
  public Unique policy(Policy value) {
    return new Unique(key, value, window, untilEnd);
  }

  /** Where a newer job replaces the one that waits for its window. */
  public Unique replace() {
    return policy(Policy.REPLACE);
  }

  /** Where a job whose key is held is an error for who enqueues it. */
  public Unique reject() {
    return policy(Policy.REJECT);
  }

  /** Where the key is free as soon as its job has ended, at the latest after the window. */
  public Unique untilEnd(boolean value) {
    return new Unique(key, policy, window, value);
  }
}
