package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogKey;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.ScheduleDefinitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What users' changes of schedules mean for the catalog. Pure. */
final class ScheduleChanges {
  private ScheduleChanges() {}

  static List<CatalogChange> configure(
      CatalogSnapshot catalog, Collection<ScheduledTask> schedules) {
    List<CatalogChange> changes = new ArrayList<>();
    for (ScheduledTask schedule : schedules) {
      ScheduledTask existing = catalog.schedule(schedule.name());
      if (existing == null || !ScheduleDefinitions.same(existing, schedule)) {
        changes.add(new CatalogChange.PutSchedule(schedule));
      }
    }
    return changes;
  }

  static List<CatalogChange> pause(CatalogSnapshot catalog, String name, boolean paused) {
    existing(catalog, name);
    return catalog.pausedSchedules().contains(name) == paused
        ? List.of()
        : List.of(new CatalogChange.PutScheduleState(name, paused, null));
  }

  static List<CatalogChange> delete(CatalogSnapshot catalog, String name) {
    existing(catalog, name);
    return List.of(
        new CatalogChange.Remove(CatalogKey.schedule(name)),
        new CatalogChange.Remove(CatalogKey.scheduleState(name)));
  }

  static ScheduledTask existing(CatalogSnapshot catalog, String name) {
    ScheduledTask schedule = catalog.schedule(name);
    if (schedule == null) {
      throw new TasksException(
          ErrorCode.SCHEDULE_NOT_FOUND,
          "expected schedule %s in the catalog, found none. See which there are with 'tasks schedule list', or configure it."
              .formatted(name));
    }
    return schedule;
  }
}
