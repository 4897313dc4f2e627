package io.clusterdb.tasks;

/**
 * How many jobs of a queue may start, over all its workers: never more than {@code perSecond * t +
 * burst} in any time t. Each worker has the share of its partitions, and can always start one job
 * at a time: where {@code burst} is below the number of the queue's partitions, up to one job a
 * worker may come on top.
 *
 * @param perSecond jobs a second; above 0
 * @param burst jobs that may start at once after a pause; at least 1
 */
public record RateLimit(double perSecond, int burst) {
  /** Checks the values. */
  public RateLimit {
    Checks.that(
        perSecond > 0 && Double.isFinite(perSecond), "requests_per_second above 0", perSecond);
    Checks.that(burst >= 1, "a burst_size of 1 or more", burst);
  }

  /** This many jobs a second, with a burst of one second's worth (at least 1). */
  public static RateLimit perSecond(double rate) {
    return new RateLimit(rate, (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.ceil(rate))));
  }

  /** With this many jobs at once after a pause. */
  public RateLimit burst(int jobs) {
    return new RateLimit(perSecond, jobs);
  }
}
