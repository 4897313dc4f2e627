package io.clusterdb.tasks.scheduler.schedule.engine;

import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Defined;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Ended;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Fired;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Passed;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Paused;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Queued;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Removed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Decides what becomes of a schedule. Pure.
 *
 * <p>A planned time is dealt with once, since {@link ScheduleRow#decidedTo} passes it with the
 * decision and never goes back, whatever clocks and definitions do; and not before the clock has
 * reached it.
 */
public final class ScheduleEngine {
  /** A planned time that is late by more than this was missed. */
  public static final Duration MISSED_AFTER = Duration.ofMinutes(1);

  /** Most runs for missed times of one schedule. */
  public static final int MOST_MISSED = 1_000;

  /** Most runs of one schedule that one call starts, so that others get their turn. */
  public static final int MOST_AT_ONCE = 100;

  private ScheduleEngine() {}

  /**
   * What happens to a schedule because of an input. After a {@link ScheduleInput.Wake} there may be
   * more to do at once: {@link ScheduleRow#due} says so.
   *
   * @param row what is known of it
   * @param now the clock
   */
  public static List<ScheduleEvent> decide(ScheduleRow row, ScheduleInput input, Instant now) {
    Decision decision = new Decision(row, now);
    switch (input) {
      case ScheduleInput.Define define -> decision.define(define.definition(), define.since());
      case ScheduleInput.Remove remove -> decision.remove();
      case ScheduleInput.Pause pause -> decision.pause(pause.since());
      case ScheduleInput.Resume resume -> decision.resume(resume.since());
      case ScheduleInput.Trigger trigger -> decision.trigger(trigger.job());
      case ScheduleInput.Outcome outcome -> decision.outcome(outcome.job(), outcome.ending());
      case ScheduleInput.Wake wake -> decision.wake();
    }
    return decision.events();
  }

  /** What is known of a schedule after an event. */
  public static ScheduleRow evolve(ScheduleRow row, ScheduleEvent event) {
    return switch (event) {
      case Defined defined -> row.define(defined.definition(), defined.from());
      case Removed removed -> row.remove();
      case Paused paused -> row.pause(paused.paused(), paused.from());
      case Fired fired -> row.fire(fired.run());
      case Queued queued -> row.queue(queued.waiting());
      case Passed passed -> row.passOver(passed.passedOver());
      case Ended ended -> row.end(ended.ending());
    };
  }

  /** Whether a run that goes on keeps this schedule from starting another beside it. */
  static boolean holdsBack(Definition definition, ScheduleRow row, Instant now) {
    Run last = row.lastRun();
    return definition.task().exclusivity() != Exclusive.OFF
        && last != null
        && row.running()
        && !last.firedAt().plus(definition.task().outcomeWithin()).isBefore(now);
  }
}
