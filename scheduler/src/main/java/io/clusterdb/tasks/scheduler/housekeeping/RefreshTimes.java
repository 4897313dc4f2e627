package io.clusterdb.tasks.scheduler.housekeeping;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** When the offsets of each idle group were last refreshed. Used by one thread. */
final class RefreshTimes {
  private final long every;
  private final LongSupplier ticker;
  private final Map<String, Long> last = new HashMap<>();

  RefreshTimes(Duration every, LongSupplier ticker) {
    this.every = every.toNanos();
    this.ticker = ticker;
  }

  /** Whether it is time for a group; the first time it is. */
  boolean isDue(String group) {
    Long at = last.get(group);
    return at == null || ticker.getAsLong() - at >= every;
  }

  void refreshed(String group) {
    last.put(group, ticker.getAsLong());
  }

  /** Forgets groups that are no more. */
  void keepOnly(Set<String> groups) {
    last.keySet().retainAll(groups);
  }
}
