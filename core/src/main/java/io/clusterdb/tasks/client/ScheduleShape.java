package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleInfo;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as the HTTP API and {@code --output json} write it.
 *
 * @param schedule its times, as text: a cron expression, {@code every 1h} or {@code at} a time
 * @param type the job's; null if it starts a workflow
 * @param queue the job's; null for the type's
 * @param workflow the one that it starts, with its version if it has one; null if it enqueues a job
 * @param next the planned times that come next, at most five, jitter not counted
 * @param waiting a time that waits for the end of the last run; null for none
 * @param fires runs since it was made
 */
public record ScheduleShape(
    String name,
    String schedule,
    String timeZone,
    @Nullable Instant start,
    @Nullable Instant end,
    @Nullable String type,
    @Nullable String queue,
    @Nullable String workflow,
    String exclusive,
    String misfire,
    boolean paused,
    List<Instant> next,
    @Nullable RunShape lastRun,
    @Nullable Instant waiting,
    long fires) {
  /**
   * A run.
   *
   * @param plannedAt null if somebody asked for it
   * @param state how it ended; null while that is not known
   */
  public record RunShape(
      String id,
      String run,
      @Nullable Instant plannedAt,
      Instant firedAt,
      @Nullable JobState state,
      @Nullable Instant endedAt,
      @Nullable JobFailure error) {
    private static RunShape of(ScheduleInfo.Run run) {
      return new RunShape(
          run.job().value(),
          run.job().run(),
          run.plannedAt(),
          run.firedAt(),
          run.state(),
          run.endedAt(),
          run.error());
    }

    /** How it ended, in a word or more. */
    public String outcome() {
      if (state == null) {
        return "not known yet";
      }
      return error == null ? state.name() : state + " (" + error.type() + ")";
    }
  }

  /** The shape of a schedule. */
  public static ScheduleShape of(ScheduleInfo info) {
    ScheduledTask schedule = info.schedule();
    Task task = schedule.target() instanceof ScheduleTarget.RunTask run ? run.task() : null;
    ScheduleInfo.Run last = info.lastRun();
    return new ScheduleShape(
        schedule.name(),
        times(schedule.schedule()),
        schedule.effectiveZone().getId(),
        schedule.start(),
        schedule.end(),
        task == null ? null : task.type(),
        task == null ? null : task.queue(),
        workflow(schedule.target()),
        schedule.exclusivity().name().toLowerCase(Locale.ROOT),
        schedule.misfire().name().toLowerCase(Locale.ROOT),
        info.paused(),
        info.next(),
        last == null ? null : RunShape.of(last),
        info.waiting(),
        info.fires());
  }

  /** What it starts, in a word or more. */
  public String starts() {
    return type == null ? "workflow " + workflow : type;
  }

  private static @Nullable String workflow(ScheduleTarget target) {
    return target instanceof ScheduleTarget.StartWorkflow run
        ? run.workflow() + (run.version() == null ? "" : " " + run.version())
        : null;
  }

  private static String times(Schedule schedule) {
    return switch (schedule) {
      case Schedule.Cron cron -> cron.expression();
      case Schedule.Every every when every.jitter().isZero() ->
          "every " + Durations.format(every.interval());
      case Schedule.Every every ->
          "every %s, up to %s later"
              .formatted(Durations.format(every.interval()), Durations.format(every.jitter()));
      case Schedule.At at -> "at " + at.time();
      case Schedule.After after -> "after " + Durations.format(after.delay());
    };
  }
}
