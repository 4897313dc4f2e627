package io.clusterdb.tasks.schedule;

import io.clusterdb.tasks.JobId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Ids of the jobs that schedules start. Their runs follow from the ids, since one id is started
 * once: whoever knows what was asked for knows which job comes of it.
 */
public final class ScheduleJobs {
  private ScheduleJobs() {}

  /** The job of a planned time: {@code <schedule>@<planned time>}. */
  public static JobId planned(String schedule, Instant planned) {
    return withRun(schedule + "@" + planned);
  }

  /** The job of a fire that somebody asked for. */
  public static JobId triggered(String schedule, String commandId) {
    return withRun(schedule + "@trigger-" + commandId);
  }

  /** The job of an id that a schedule made. */
  public static JobId ofId(String id) {
    return withRun(id);
  }

  private static JobId withRun(String id) {
    UUID hash = UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8));
    return new JobId(id, "%016x".formatted(hash.getMostSignificantBits()));
  }
}
