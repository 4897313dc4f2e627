package io.clusterdb.tasks;

import io.clusterdb.tasks.schedule.FireTimes;
import io.clusterdb.tasks.schedule.Jitter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A schedule: when it fires, and what it starts then. Immutable; each method that takes a value
 * returns a changed copy.
 *
 * <p>A fire at the planned time {@code T} enqueues a job of the id {@code <name>@T}, once.
 *
 * @param name its name: letters, digits, {@code _} and {@code -}, at most 120
 * @param schedule its times: {@link Schedule#cron}, {@link Schedule#every} or {@link Schedule#at}
 * @param target what it starts
 * @param zone zone of a cron expression; null for the scheduler's, UTC without one
 * @param start no time before this is planned; null for no such limit
 * @param end no time after this is planned; null for no such limit
 * @param timeout how long an attempt of its jobs may run; null for the task's, type's or queue's
 * @param retry retry policy of its jobs; null for the task's, type's or queue's
 * @param exclusivity what a time gets that comes while the last run goes on
 * @param outcomeWithin a run whose outcome has not come after this counts as ended, so that a lost
 *     one does not hold an exclusive schedule up for ever; a day by default
 * @param misfire what times get that were missed
 * @param skippedHour what times get that daylight saving skips
 * @param repeatedHour what times get that daylight saving repeats
 * @param metrics whether the scheduler counts its fires
 */
public record ScheduledTask(
    String name,
    Schedule schedule,
    ScheduleTarget target,
    @Nullable ZoneId zone,
    @Nullable Instant start,
    @Nullable Instant end,
    @Nullable Duration timeout,
    @Nullable RetryPolicy retry,
    Exclusive exclusivity,
    Duration outcomeWithin,
    Misfire misfire,
    SkippedHour skippedHour,
    RepeatedHour repeatedHour,
    boolean metrics) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,119}");
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final Duration A_DAY = Duration.ofDays(1);

  /** Checks the values. */
  public ScheduledTask {
    checkName(name);
    Checks.that(
        !(schedule instanceof Schedule.After),
        "a schedule by cron expression, interval or time",
        schedule);
    if (start != null && end != null) {
      Checks.that(!end.isBefore(start), "an end that is not before the start " + start, end);
    }
    if (timeout != null) {
      Checks.positive("timeout", timeout);
    }
    Checks.positive("outcome_within", outcomeWithin);
    if (target instanceof ScheduleTarget.StartWorkflow) {
      Checks.that(
          exclusivity == Exclusive.OFF,
          "no exclusive with a workflow, whose end a schedule does not hear of",
          exclusivity.name().toLowerCase(Locale.ROOT));
      Checks.that(timeout == null, "no timeout with a workflow, which has its own", timeout);
      Checks.that(retry == null, "no retry policy with a workflow, which has its own", retry);
    }
  }

  /** A schedule of this name, which {@link Named#schedule} makes a whole. */
  public static Named named(String name) {
    checkName(name);
    return new Named(name);
  }

  private static void checkName(String name) {
    Checks.that(
        NAME.matcher(name).matches(),
        "a schedule's name of letters, digits, _ and -, at most 120 characters",
        "\"" + name + "\"");
  }

  /** A name that has no schedule yet. */
  public record Named(String name) {
    /** A schedule with these times, whose jobs have the type of its name so far. */
    public ScheduledTask schedule(Schedule times) {
      return new ScheduledTask(
          name,
          times,
          new ScheduleTarget.RunTask(Task.of(name)),
          null,
          null,
          null,
          null,
          null,
          Exclusive.OFF,
          A_DAY,
          Misfire.FIRE_ONCE,
          SkippedHour.FIRE_AFTER,
          RepeatedHour.BY_HOUR,
          false);
    }
  }

  /** With these times. */
  public ScheduledTask schedule(Schedule times) {
    return edit(draft -> draft.schedule = times);
  }

  /**
   * Enqueues a job like this. Its payload may be text or JSON with {@code
   * {{schedule.planned_time}}} and {@code {{schedule.name}}} in it.
   */
  public ScheduledTask task(Task task) {
    return target(new ScheduleTarget.RunTask(task));
  }

  /**
   * Starts a run of a workflow like this, whose id is {@code <name>@<planned time>}. Its input may
   * have templates as a job's payload.
   *
   * @throws IllegalArgumentException if the run has an id of its own
   */
  public ScheduledTask workflow(WorkflowExecution run) {
    Checks.that(run.id() == null, "a scheduled run without an id of its own", run.id());
    return target(
        new ScheduleTarget.StartWorkflow(
            run.workflow(), run.version(), run.input(), run.context()));
  }

  /** Starts this. */
  public ScheduledTask target(ScheduleTarget started) {
    return edit(draft -> draft.target = started);
  }

  /** With a cron expression in this zone; null for the scheduler's. */
  public ScheduledTask zone(@Nullable ZoneId value) {
    return edit(draft -> draft.zone = value);
  }

  /** With no planned time before this; null for no such limit. */
  public ScheduledTask start(@Nullable Instant time) {
    return edit(draft -> draft.start = time);
  }

  /** With no planned time after this; null for no such limit. */
  public ScheduledTask end(@Nullable Instant time) {
    return edit(draft -> draft.end = time);
  }

  /** With this limit to how long an attempt may run. */
  public ScheduledTask timeout(@Nullable Duration value) {
    return edit(draft -> draft.timeout = value);
  }

  /** With this retry policy. */
  public ScheduledTask retry(@Nullable RetryPolicy value) {
    return edit(draft -> draft.retry = value);
  }

  /** Without a run while the last one goes on: {@link Exclusive#SKIP}. */
  public ScheduledTask exclusive() {
    return exclusive(Exclusive.SKIP);
  }

  /** With this for a time that comes while the last run goes on. */
  public ScheduledTask exclusive(Exclusive value) {
    return edit(draft -> draft.exclusivity = value);
  }

  /** With a run counted as ended when its outcome has not come after this. */
  public ScheduledTask outcomeWithin(Duration value) {
    return edit(draft -> draft.outcomeWithin = value);
  }

  /** With this for times that were missed. */
  public ScheduledTask misfire(Misfire value) {
    return edit(draft -> draft.misfire = value);
  }

  /** With this for times that daylight saving skips. */
  public ScheduledTask skippedHour(SkippedHour value) {
    return edit(draft -> draft.skippedHour = value);
  }

  /** With this for times that daylight saving repeats. */
  public ScheduledTask repeatedHour(RepeatedHour value) {
    return edit(draft -> draft.repeatedHour = value);
  }

  /** With its fires counted, or not. */
  public ScheduledTask metrics(boolean value) {
    return edit(draft -> draft.metrics = value);
  }

  /** Its zone, else UTC. */
  public ZoneId effectiveZone() {
    return zone == null ? UTC : zone;
  }

  /** The planned times after this one that come next, at most so many; jitter is not counted. */
  public List<Instant> next(Instant after, int most) {
    return FireTimes.of(this).next(after, most);
  }

  /** When a planned time fires: later by the jitter. */
  public Instant fireTime(Instant planned) {
    return schedule instanceof Schedule.Every every
        ? planned.plus(Jitter.of(name, planned, every.jitter()))
        : planned;
  }

  private ScheduledTask edit(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.build();
  }

  private static final class Draft {
    private final String name;
    private Schedule schedule;
    private ScheduleTarget target;
    private @Nullable ZoneId zone;
    private @Nullable Instant start;
    private @Nullable Instant end;
    private @Nullable Duration timeout;
    private @Nullable RetryPolicy retry;
    private Exclusive exclusivity;
    private Duration outcomeWithin;
    private Misfire misfire;
    private SkippedHour skippedHour;
    private RepeatedHour repeatedHour;
    private boolean metrics;

    Draft(ScheduledTask from) {
      name = from.name;
      schedule = from.schedule;
      target = from.target;
      zone = from.zone;
      start = from.start;
      end = from.end;
      timeout = from.timeout;
      retry = from.retry;
      exclusivity = from.exclusivity;
      outcomeWithin = from.outcomeWithin;
      misfire = from.misfire;
      skippedHour = from.skippedHour;
      repeatedHour = from.repeatedHour;
      metrics = from.metrics;
    }

    ScheduledTask build() {
      return new ScheduledTask(
          name,
          schedule,
          target,
          zone,
          start,
          end,
          timeout,
          retry,
          exclusivity,
          outcomeWithin,
          misfire,
          skippedHour,
          repeatedHour,
          metrics);
    }
  }
}
