package io.clusterdb.tasks;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How dead letters are to be replayed. Immutable; each method that takes a value returns a changed
 * copy.
 *
 * @param which those that are replayed
 * @param to queue that they go to; null for the one that each comes from
 * @param perSecond at most this many a second; 0 for no limit
 * @param dryRun whether only to say what would be
 * @param transform makes the payload of the new run; null to keep it
 */
public record Replay(
    Predicate<? super DeadJob> which,
    @Nullable String to,
    double perSecond,
    boolean dryRun,
    @Nullable Transform transform) {
  /** Checks the rate. */
  public Replay {
    if (!(perSecond >= 0 && Double.isFinite(perSecond))) {
      throw new IllegalArgumentException(
          "expected a rate of 0 or more a second, found " + perSecond);
    }
  }

  /** Every dead letter, to where it comes from, as fast as it goes. */
  public static Replay all() {
    return of(DeadLetterFilter.ALL);
  }

  /** Those that fit, to where each comes from, as fast as it goes. */
  public static Replay of(Predicate<? super DeadJob> which) {
    return new Replay(which, null, 0, false, null);
  }

  /** To this queue; null for the one that each comes from. */
  public Replay to(@Nullable String queue) {
    return new Replay(which, queue, perSecond, dryRun, transform);
  }

  /** At most this many a second; 0 for no limit. */
  public Replay perSecond(double rate) {
    return new Replay(which, to, rate, dryRun, transform);
  }

  /** Only says what would be. */
  public Replay dryRun(boolean dry) {
    return new Replay(which, to, perSecond, dry, transform);
  }

  /** With payloads made by this; null to keep them. */
  public Replay transform(@Nullable Transform change) {
    return new Replay(which, to, perSecond, dryRun, change);
  }

  /** Makes the payload of a new run. Called by one thread, once for each dead letter. */
  @FunctionalInterface
  public interface Transform {
    /**
     * The new payload.
     *
     * @throws Exception if there is none: the dead letter stays, with this reason
     */
    Payload apply(DeadJob job) throws Exception;
  }
}
