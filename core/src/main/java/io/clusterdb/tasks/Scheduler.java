package io.clusterdb.tasks;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Schedules that are configured together. Immutable; each method that takes a value returns a
 * changed copy.
 *
 * @param zone zone of those that name none
 * @param metrics whether the scheduler counts their fires
 * @param tasks the schedules, as they were given
 */
public record Scheduler(ZoneId zone, boolean metrics, List<ScheduledTask> tasks) {
  /** Checks that no name is there twice. */
  public Scheduler {
    tasks = List.copyOf(tasks);
    Set<String> names = new HashSet<>();
    for (ScheduledTask task : tasks) {
      Checks.that(names.add(task.name()), "schedules of different names", "two of " + task.name());
    }
  }

  /**
   * No schedules yet, of this zone.
   *
   * @param zone such as {@code UTC} or {@code Europe/Berlin}
   * @throws IllegalArgumentException if there is no such zone
   */
  public static Scheduler inZone(String zone) {
    try {
      return inZone(ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a time zone such as UTC or Europe/Berlin, found \"" + zone + "\"", e);
    }
  }

  /** No schedules yet, of this zone. */
  public static Scheduler inZone(ZoneId zone) {
    return new Scheduler(zone, false, List.of());
  }

  /** With the fires of its schedules counted, or not. */
  public Scheduler metrics(boolean value) {
    return new Scheduler(zone, value, tasks);
  }

  /** With this schedule too. */
  public Scheduler task(ScheduledTask task) {
    List<ScheduledTask> more = new ArrayList<>(tasks);
    more.add(task);
    return new Scheduler(zone, metrics, more);
  }

  /** The schedules, each with its zone and whether its fires are counted. */
  public List<ScheduledTask> resolved() {
    return tasks.stream()
        .map(task -> task.zone(task.zone() == null ? zone : task.zone()))
        .map(task -> task.metrics(task.metrics() || metrics))
        .toList();
  }
}
