package io.clusterdb.tasks.scheduler.schedule.engine;

import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.schedule.FireTimes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule's definition that is in force.
 *
 * @param task what is configured
 * @param version version of the definition
 * @param times its planned times
 */
public record Definition(ScheduledTask task, long version, FireTimes times) {
  /** A definition with the times that it describes. */
  public static Definition of(ScheduledTask task, long version) {
    return new Definition(task, version, FireTimes.of(task));
  }

  /** When a planned time is to be fired. */
  Instant fireTime(Instant planned) {
    return task.fireTime(planned);
  }

  /** The last planned time after one that is to be fired by another; null for none. */
  @Nullable Instant lastFiredBy(Instant after, Instant by) {
    Instant last = by.isAfter(after) ? times.last(after, by) : null;
    if (last != null && fireTime(last).isAfter(by)) {
      // Jitter is at most the interval, so the one before it has been put off less far.
      last = times.last(after, last.minusMillis(1));
    }
    return last;
  }
}
