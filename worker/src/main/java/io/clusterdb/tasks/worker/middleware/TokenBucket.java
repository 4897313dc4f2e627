package io.clusterdb.tasks.worker.middleware;

/** Gives tokens at a steady rate, and as many at once as its burst after a pause. Starts full. */
final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double perNano;
  private final int burst;
  private double tokens;
  private long filledAt;

  TokenBucket(double perSecond, int burst, long now) {
    this.perNano = perSecond / NANOS;
    this.burst = burst;
    this.tokens = burst;
    this.filledAt = now;
  }

  /**
   * Takes a token if there is one.
   *
   * @return 0 if it was taken, else the nanoseconds until there is one
   */
  long take(long now) {
    tokens = Math.min(burst, tokens + (now - filledAt) * perNano);
    filledAt = now;
    if (tokens >= 1) {
      tokens -= 1;
      return 0;
    }
    return Math.max(1, (long) Math.ceil((1 - tokens) / perNano));
  }
}
