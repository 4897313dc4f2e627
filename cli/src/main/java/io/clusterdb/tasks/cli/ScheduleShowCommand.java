package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.ScheduleShape;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tasks schedule show}. */
@Command(
    name = "show",
    description = "Shows a schedule, its last run and its next five times.",
    footerHeading = "%nExample:%n",
    footer = "  tasks schedule show cleanup-expired")
final class ScheduleShowCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  ScheduleShowCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ScheduleShape found;
    try (Tasks tasks = context.connect()) {
      found =
          tasks
              .schedules()
              .get(name)
              .map(ScheduleShape::of)
              .orElseThrow(
                  () ->
                      new TasksException(
                          ErrorCode.SCHEDULE_NOT_FOUND,
                          "there is no schedule %s. See which there are with 'tasks schedule list'."
                              .formatted(name)));
    }
    if (context.options().json()) {
      context.terminal().json(found);
    } else {
      print(found);
    }
    return ExitCodes.DONE;
  }

  private void print(ScheduleShape schedule) {
    ZoneId zone = ZoneId.of(schedule.timeZone());
    TextTable table = new TextTable("schedule", schedule.name());
    table.row("times", schedule.schedule()).row("zone", zone);
    table.row("start", at(schedule.start(), zone)).row("end", at(schedule.end(), zone));
    if (schedule.workflow() == null) {
      table.row("type", schedule.type()).row("queue", schedule.queue());
    } else {
      table.row("workflow", schedule.workflow());
    }
    table.row("exclusive", schedule.exclusive()).row("misfire", schedule.misfire());
    table.row("paused", schedule.paused() ? "yes" : "no").row("fires", schedule.fires());
    ScheduleShape.RunShape last = schedule.lastRun();
    if (last != null) {
      table.row("last run", last.id()).row("fired at", at(last.firedAt(), zone));
      table.row("outcome", last.outcome()).row("ended at", at(last.endedAt(), zone));
      if (last.error() != null) {
        table.row("error", last.error().message());
      }
    }
    table.row("waiting", at(schedule.waiting(), zone));
    schedule.next().forEach(time -> table.row("next", at(time, zone)));
    table.print(context.terminal());
  }

  private static @Nullable OffsetDateTime at(@Nullable Instant time, ZoneId zone) {
    return time == null ? null : OffsetDateTime.ofInstant(time, zone);
  }
}
