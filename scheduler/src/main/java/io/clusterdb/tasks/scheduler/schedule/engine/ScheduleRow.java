package io.clusterdb.tasks.scheduler.schedule.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one schedule. It outlives the schedule's deletion, so that one of the same
 * name fires nothing twice. Immutable.
 *
 * @param definition what is in force; null if the schedule is deleted
 * @param paused whether its times pass without a fire
 * @param decidedTo every time up to this one has been dealt with; never goes back
 * @param lastRun the run that was started last; null for none
 * @param waiting a run that waits for the end of the last; null for none
 * @param passedOver the last planned time that got no run; null for none
 * @param fires runs started since the schedule was made
 */
public record ScheduleRow(
    @Nullable Definition definition,
    boolean paused,
    Instant decidedTo,
    @Nullable Run lastRun,
    @Nullable Waiting waiting,
    @Nullable PassedOver passedOver,
    long fires) {
  /** Nothing is known yet. */
  public static final ScheduleRow NEW =
      new ScheduleRow(null, false, Instant.EPOCH, null, null, null, 0);

  /** Whether a run goes on, as far as is known. */
  public boolean running() {
    return lastRun != null && lastRun.ending() == null;
  }

  /** When there is something to do again; null if nothing is to come. */
  public @Nullable Instant due() {
    if (definition == null) {
      return null;
    }
    Instant next = paused ? null : definition.times().next(decidedTo);
    Instant fire = next == null ? null : definition.fireTime(next);
    Instant release = release(definition);
    return fire == null || (release != null && release.isBefore(fire)) ? release : fire;
  }

  /** When a run that waits starts at the latest. */
  private @Nullable Instant release(Definition in) {
    if (waiting == null || paused) {
      return null;
    }
    return running() && lastRun != null
        ? lastRun.firedAt().plus(in.task().outcomeWithin())
        : waiting.time();
  }

  /** The planned time that comes next; null for none. */
  public @Nullable Instant next() {
    return definition == null || paused ? null : definition.times().next(decidedTo);
  }

  ScheduleRow define(Definition value, Instant from) {
    return new ScheduleRow(
        value, paused, later(decidedTo, from), lastRun, waiting, passedOver, fires);
  }

  ScheduleRow remove() {
    return new ScheduleRow(null, paused, decidedTo, lastRun, null, null, 0);
  }

  ScheduleRow pause(boolean value, Instant from) {
    return new ScheduleRow(
        definition, value, later(decidedTo, from), lastRun, waiting, passedOver, fires);
  }

  ScheduleRow fire(Run run) {
    Instant planned = run.plannedAt();
    boolean waited = waiting != null && waiting.job().equals(run.job());
    return new ScheduleRow(
        definition,
        paused,
        planned == null ? decidedTo : later(decidedTo, planned),
        run,
        waited ? null : waiting,
        passedOver,
        fires + 1);
  }

  ScheduleRow queue(Waiting value) {
    return new ScheduleRow(
        definition,
        paused,
        value.planned() ? later(decidedTo, value.time()) : decidedTo,
        lastRun,
        value,
        passedOver,
        fires);
  }

  ScheduleRow passOver(PassedOver value) {
    return new ScheduleRow(
        definition, paused, later(decidedTo, value.planned()), lastRun, waiting, value, fires);
  }

  ScheduleRow end(Run.Ending ending) {
    return new ScheduleRow(
        definition,
        paused,
        decidedTo,
        lastRun == null ? null : lastRun.ended(ending),
        waiting,
        passedOver,
        fires);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
