package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.ScheduleShape;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code tasks schedule list}. */
@Command(
    name = "list",
    description =
        "Lists schedules with how the last run ended and the next five times, in each one's zone.")
final class ScheduleListCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private final Context context;

  ScheduleListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<ScheduleShape> schedules;
    try (Tasks tasks = context.connect()) {
      schedules = tasks.schedules().list().stream().map(ScheduleShape::of).toList();
    }
    if (context.options().json()) {
      context.terminal().json(schedules);
    } else {
      table(schedules).print(context.terminal());
    }
    return ExitCodes.DONE;
  }

  private static TextTable table(List<ScheduleShape> schedules) {
    TextTable table =
        new TextTable("SCHEDULE", "TIMES", "TYPE", "FIRES", "LAST RUN", "OUTCOME", "ZONE", "NEXT");
    for (ScheduleShape schedule : schedules) {
      ScheduleShape.RunShape last = schedule.lastRun();
      table.row(
          schedule.name(),
          schedule.schedule(),
          schedule.starts(),
          schedule.fires(),
          last == null ? null : last.firedAt(),
          last == null ? null : last.outcome(),
          schedule.timeZone(),
          next(schedule));
    }
    return table;
  }

  private static String next(ScheduleShape schedule) {
    if (schedule.paused()) {
      return "paused";
    }
    ZoneId zone = ZoneId.of(schedule.timeZone());
    return schedule.next().isEmpty()
        ? "never"
        : schedule.next().stream().map(time -> local(time, zone)).collect(Collectors.joining(", "));
  }

  private static String local(Instant time, ZoneId zone) {
    return TIME.format(time.atZone(zone));
  }
}
