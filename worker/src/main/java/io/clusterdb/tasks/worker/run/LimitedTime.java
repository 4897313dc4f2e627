package io.clusterdb.tasks.worker.run;

/** Adds up the time in which something was limited. Guarded by its user's lock. */
final class LimitedTime {
  private long total;
  private long since;
  private boolean limited;

  /** It is limited from now on, or no longer. */
  void is(boolean value, long now) {
    if (limited) {
      total += now - since;
    }
    limited = value;
    since = now;
  }

  /** How long it was, in nanoseconds. */
  long total(long now) {
    return limited ? total + (now - since) : total;
  }

  /** As {@link #total}, and it is limited no longer. */
  long ended(long now) {
    is(false, now);
    return total;
  }
}
