package io.clusterdb.tasks.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the scheduler's section and keeps it as it is. */
final class SchedulerReader {
  private static final Pattern CRON = Pattern.compile("@[a-z]+|\\S+(\\s+\\S+){4,5}");

  private SchedulerReader() {}

  static JsonNode read(Cursor cursor) {
    MapReader map = cursor.map(Keys.SCHEDULER);
    map.read("time_zone", SchedulerReader::zone);
    map.read("metrics", Cursor::flag);
    Set<String> names = new HashSet<>();
    map.read("tasks", tasks -> tasks.list(task -> scheduled(task, names)));
    return cursor.json();
  }

  private static @Nullable ZoneId zone(Cursor cursor) {
    String text = cursor.text();
    try {
      return text == null ? null : ZoneId.of(text);
    } catch (DateTimeException e) {
      return cursor.expected(
          "a time zone such as UTC or Europe/Berlin",
          Suggestions.hint(text, ZoneId.getAvailableZoneIds()));
    }
  }

  private static MapReader scheduled(Cursor cursor, Set<String> names) {
    MapReader map = cursor.map(Keys.SCHEDULED);
    String name = map.require("name", Names::name);
    if (name != null && !names.add(name)) {
      map.problem("name", "expected each name once, found \"" + name + "\" again");
    }
    map.require("schedule", SchedulerReader::schedule);
    map.read("task", TaskReader::read);
    map.read("time_zone", SchedulerReader::zone);
    map.read("start", Cursor::instant);
    map.read("timeout", Cursor::duration);
    map.read("exclusive", at -> at.choice(List.of("true", "false", "skip", "queue", "replace")));
    map.read("misfire", at -> at.choice(List.of("fire_once", "skip", "fire_all")));
    map.read("retry_policy", RetryReader::read);
    return map;
  }

  private static Cursor schedule(Cursor cursor) {
    if (cursor.node() instanceof Scalar cron) {
      if (!CRON.matcher(cron.text().strip()).matches()) {
        cursor.expected("a cron expression such as \"0 0 * * *\" or { interval: 1h }");
      }
      return cursor;
    }
    MapReader map = cursor.map(Keys.SCHEDULE);
    map.read("interval", Cursor::duration);
    map.read("jitter", Cursor::duration);
    map.read("at", Cursor::instant);
    if (cursor.node() instanceof YamlNode.Mapping && map.has("interval") == map.has("at")) {
      String found = map.has("at") ? "both" : "neither";
      cursor.problem("expected either interval or at, found " + found);
    }
    return cursor;
  }
}
