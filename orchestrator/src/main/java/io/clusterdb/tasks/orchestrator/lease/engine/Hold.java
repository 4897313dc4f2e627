package io.clusterdb.tasks.orchestrator.lease.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time that a lease has, and its end, which comes once. Not thread-safe; times are nanoseconds
 * of one monotonic clock.
 */
public final class Hold {
  private long until;
  private @Nullable LeaseEnd end;

  /** Begins. */
  public Hold(long now, Duration duration) {
    this.until = now + duration.toNanos();
  }

  /** How it ended, if it has; it expires by being looked at. */
  public @Nullable LeaseEnd end(long now) {
    if (end == null && left(now) <= 0) {
      end = new LeaseEnd.Expired();
    }
    return end;
  }

  /**
   * Ends it.
   *
   * @return whether it was this that ended it
   */
  public boolean end(LeaseEnd how, long now) {
    if (end(now) != null) {
      return false;
    }
    end = how;
    return true;
  }

  /**
   * Lets it last this long from now on, which may be less than it had.
   *
   * @return whether it is still held
   */
  public boolean extend(long now, Duration duration) {
    if (end(now) != null) {
      return false;
    }
    until = now + duration.toNanos();
    return true;
  }

  /** Nanoseconds that are left; 0 or less when its time is up. */
  public long left(long now) {
    return until - now;
  }
}
