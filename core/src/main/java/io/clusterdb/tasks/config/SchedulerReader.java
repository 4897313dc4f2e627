package io.clusterdb.tasks.config;

import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Scheduler;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the scheduler's section. */
final class SchedulerReader {
  private SchedulerReader() {}

  static Scheduler read(Cursor cursor) {
    MapReader map = cursor.map(Keys.SCHEDULER);
    ZoneId zone = map.read("time_zone", SchedulerReader::zone);
    Boolean metrics = map.read("metrics", Cursor::flag);
    List<ScheduledTask> tasks = map.read("tasks", SchedulerReader::tasks);
    return new Scheduler(
        zone == null ? ZoneId.of("UTC") : zone,
        Boolean.TRUE.equals(metrics),
        tasks == null ? List.of() : tasks);
  }

  private static List<ScheduledTask> tasks(Cursor cursor) {
    List<ScheduledTask> tasks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Cursor item : cursor.items()) {
      ScheduledTask task = ScheduleReader.read(item);
      if (names.add(task.name())) {
        tasks.add(task);
      } else if (!task.name().equals("unnamed")) {
        new MapReader(item, Keys.SCHEDULED)
            .problem("name", "expected each name once, found \"" + task.name() + "\" again");
      }
    }
    return tasks;
  }

  static @Nullable ZoneId zone(Cursor cursor) {
    String text = cursor.text();
    try {
      return text == null ? null : ZoneId.of(text);
    } catch (DateTimeException e) {
      return cursor.expected(
          "a time zone such as UTC or Europe/Berlin",
          Suggestions.hint(text, ZoneId.getAvailableZoneIds()));
    }
  }
}
