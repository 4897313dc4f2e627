package io.clusterdb.tasks.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RepeatedHour;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.SkippedHour;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import io.clusterdb.tasks.schedule.PayloadTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one schedule. */
final class ScheduleReader {
  /** Stands in where a schedule has no times, or none that can be read. */
  private static final Schedule NONE = Schedule.at(Instant.EPOCH);

  private ScheduledTask schedule;

  private ScheduleReader(String name) {
    schedule = ScheduledTask.named(name).schedule(NONE);
  }

  /** The schedule at the cursor; one that has problems may be incomplete. */
  static ScheduledTask read(Cursor cursor) {
    MapReader map = cursor.map(Keys.SCHEDULED);
    String name = map.require("name", Names::name);
    ScheduleReader reader = new ScheduleReader(name == null ? "unnamed" : valid(name));
    reader.read(map);
    return reader.schedule;
  }

  private static String valid(String name) {
    return name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,119}") ? name : "unnamed";
  }

  private void read(MapReader map) {
    Schedule times = map.require("schedule", ScheduleReader::times);
    if (times != null) {
      schedule = schedule.schedule(times);
    }
    map.with("task", at -> task(at, schedule.name()), task -> schedule = schedule.task(task));
    if (map.has("task") && map.has("workflow")) {
      map.problem("workflow", "expected either task or workflow, found both");
    } else {
      map.with("workflow", ScheduleReader::workflow, run -> schedule = schedule.target(run));
    }
    map.with("time_zone", SchedulerReader::zone, zone -> schedule = schedule.zone(zone));
    map.with("start", Cursor::instant, time -> schedule = schedule.start(time));
    map.with("end", Cursor::instant, time -> schedule = schedule.end(time));
    map.with("timeout", Cursor::duration, limit -> schedule = schedule.timeout(limit));
    map.with("exclusive", ScheduleReader::exclusive, how -> schedule = schedule.exclusive(how));
    map.with("outcome_within", Cursor::duration, limit -> schedule = schedule.outcomeWithin(limit));
    map.with("misfire", at -> at.constant(Misfire.class), how -> schedule = schedule.misfire(how));
    map.with(
        "skipped_hour",
        at -> at.constant(SkippedHour.class),
        how -> schedule = schedule.skippedHour(how));
    map.with(
        "repeated_hour",
        at -> at.constant(RepeatedHour.class),
        how -> schedule = schedule.repeatedHour(how));
    map.with("retry_policy", RetryReader::read, retry -> schedule = schedule.retry(retry));
  }

  private static @Nullable Exclusive exclusive(Cursor cursor) {
    String word = cursor.choice(List.of("true", "false", "skip", "queue", "replace"));
    if (word == null) {
      return null;
    }
    return switch (word) {
      case "false" -> Exclusive.OFF;
      case "queue" -> Exclusive.QUEUE;
      case "replace" -> Exclusive.REPLACE;
      default -> Exclusive.SKIP;
    };
  }

  private static @Nullable Schedule times(Cursor cursor) {
    if (cursor.node() instanceof Scalar cron) {
      return checked(cursor, () -> Schedule.cron(cron.text()));
    }
    MapReader map = cursor.map(Keys.SCHEDULE);
    Duration interval = map.read("interval", Cursor::duration);
    Duration jitter = map.read("jitter", Cursor::duration);
    Instant at = map.read("at", Cursor::instant);
    if (!(cursor.node() instanceof YamlNode.Mapping)) {
      return null;
    }
    if (map.has("interval") == map.has("at")) {
      String found = map.has("at") ? "both" : "neither";
      cursor.problem("expected either interval or at, found " + found);
      return null;
    }
    if (map.has("jitter") && map.has("at")) {
      map.problem("jitter", "expected no jitter with at, found one");
    }
    if (interval == null) {
      return at == null ? null : Schedule.at(at);
    }
    Cursor place = map.get("interval");
    Schedule.Every every =
        (Schedule.Every) checked(place == null ? cursor : place, () -> Schedule.every(interval));
    Cursor jitterPlace = map.get("jitter");
    return every == null || jitter == null || jitterPlace == null
        ? every
        : checked(jitterPlace, () -> every.jitter(jitter));
  }

  private interface Making {
    Schedule make();
  }

  private static @Nullable Schedule checked(Cursor cursor, Making making) {
    Schedule[] made = new Schedule[1];
    cursor.check(() -> made[0] = making.make());
    return made[0];
  }

  /** A workflow that a schedule starts. */
  private static @Nullable ScheduleTarget workflow(Cursor cursor) {
    MapReader map = cursor.map(Keys.SCHEDULED_WORKFLOW);
    String name = map.require("name", Names::name);
    String version = map.read("version", Cursor::text);
    JsonNode[] input = new JsonNode[1];
    map.with(
        "input",
        Cursor::json,
        found -> {
          PayloadTemplate.check(found.toString());
          input[0] = found;
        });
    Map<String, String> context = map.read("context", Cursor::textMap);
    return name == null
        ? null
        : new ScheduleTarget.StartWorkflow(
            name, version, input[0], context == null ? Map.of() : context);
  }

  /** What a schedule enqueues; its type may be left out, since it has the schedule's name. */
  private static Task task(Cursor cursor, String name) {
    MapReader map = TaskReader.read(cursor);
    Task[] task = {Task.of(name)};
    map.with("type", Cursor::text, type -> task[0] = Task.of(type).queue(task[0].queue()));
    map.with(
        "queue", Cursor::text, queue -> task[0] = task[0].queue(Queue.named(queue).build().name()));
    map.with("key", Cursor::text, key -> task[0] = task[0].key(key));
    map.with(
        "priority", at -> at.constant(Priority.class), lane -> task[0] = task[0].priority(lane));
    map.with(
        "metadata",
        Cursor::textMap,
        metadata -> metadata.forEach((key, value) -> task[0] = task[0].metadata(key, value)));
    map.with(
        "payload",
        Cursor::json,
        payload -> {
          PayloadTemplate.check(payload.toString());
          task[0] = task[0].payload(payload);
        });
    return task[0];
  }
}
