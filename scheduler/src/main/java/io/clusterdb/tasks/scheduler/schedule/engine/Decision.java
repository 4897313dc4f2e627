package io.clusterdb.tasks.scheduler.schedule.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.schedule.ScheduleJobs;
import io.clusterdb.tasks.scheduler.schedule.engine.PassedOver.Reason;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Defined;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Ended;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Fired;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Passed;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Paused;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Queued;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent.Removed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One decision under way: each event is applied as it is decided. Used by one thread. */
final class Decision {
  private final Instant now;
  private final List<ScheduleEvent> events = new ArrayList<>();
  private ScheduleRow row;

  Decision(ScheduleRow row, Instant now) {
    this.row = row;
    this.now = now;
  }

  List<ScheduleEvent> events() {
    return events;
  }

  private void happen(ScheduleEvent event) {
    row = ScheduleEngine.evolve(row, event);
    events.add(event);
  }

  /** What was planned before the change is fired as the old definition says. */
  void define(Definition definition, Instant since) {
    Instant from = earlier(since, now);
    settle(planned -> !planned.isAfter(from));
    happen(new Defined(definition, from));
  }

  void remove() {
    if (row.definition() != null) {
      happen(new Removed());
    }
  }

  void pause(Instant since) {
    if (row.paused()) {
      return;
    }
    Instant from = earlier(since, now);
    Definition definition = row.definition();
    if (definition != null) {
      settle(planned -> !definition.fireTime(planned).isAfter(from));
    }
    happen(new Paused(true, row.decidedTo()));
  }

  /** What passed during the pause was not missed. */
  void resume(Instant since) {
    if (row.paused()) {
      happen(new Paused(false, earlier(since, now)));
      wake();
    }
  }

  void trigger(JobId job) {
    Definition definition = row.definition();
    if (definition != null) {
      start(definition, new Waiting(job, now, false));
    }
  }

  void outcome(JobId job, Run.Ending ending) {
    Run last = row.lastRun();
    if (last == null || !last.job().equals(job)) {
      return; // of a run before the last, or of a replayed one
    }
    happen(new Ended(ending));
    release();
  }

  void wake() {
    release();
    Definition definition = row.definition();
    if (definition == null || row.paused()) {
      return;
    }
    missed(definition);
    fire(
        definition,
        planned -> !definition.fireTime(planned).isAfter(now),
        ScheduleEngine.MOST_AT_ONCE);
  }

  /** Fires what is planned and fits, however much it is. */
  private void settle(Predicate<Instant> fits) {
    release();
    Definition definition = row.definition();
    if (definition != null && !row.paused()) {
      missed(definition);
      fire(definition, fits, Integer.MAX_VALUE);
    }
  }

  private void fire(Definition definition, Predicate<Instant> fits, int most) {
    for (int fired = 0; fired < most; fired++) {
      Instant planned = definition.times().next(row.decidedTo());
      if (planned == null || !fits.test(planned)) {
        return;
      }
      fire(definition, planned);
    }
  }

  private void fire(Definition definition, Instant planned) {
    JobId job = ScheduleJobs.planned(definition.task().name(), planned);
    start(definition, new Waiting(job, planned, true));
  }

  /** Starts a run, unless the last one goes on and is to be alone. */
  private void start(Definition definition, Waiting run) {
    if (!ScheduleEngine.holdsBack(definition, row, now)) {
      happen(fired(run, null));
      return;
    }
    switch (definition.task().exclusivity()) {
      case SKIP -> {
        if (run.planned()) {
          happen(new Passed(new PassedOver(run.time(), Reason.EXCLUSIVE)));
        }
      }
      case QUEUE -> happen(new Queued(run));
      case REPLACE -> {
        Run last = row.lastRun();
        happen(fired(run, last == null ? null : last.job()));
      }
      case OFF -> happen(fired(run, null));
    }
  }

  private Fired fired(Waiting run, @Nullable JobId replaced) {
    Instant planned = run.planned() ? run.time() : null;
    return new Fired(new Run(run.job(), planned, now, null), run.time(), replaced);
  }

  /** Starts the run that waits, if the one that it waits for has ended or counts as ended. */
  private void release() {
    Waiting waiting = row.waiting();
    Definition definition = row.definition();
    if (waiting == null || definition == null || row.paused()) {
      return;
    }
    if (row.running()) {
      Run last = row.lastRun();
      if (last == null || last.firedAt().plus(definition.task().outcomeWithin()).isAfter(now)) {
        return;
      }
      happen(
          new Ended(
              new Run.Ending(
                  JobState.DEAD,
                  now,
                  new JobFailure(
                      "OutcomeLost", "No outcome came within outcome_within of its start."))));
    }
    happen(fired(waiting, null));
  }

  /** Deals with times that were missed, but for those that are fired as if they were not. */
  private void missed(Definition definition) {
    Instant first = definition.times().next(row.decidedTo());
    Instant limit = now.minus(ScheduleEngine.MISSED_AFTER);
    if (first == null || !definition.fireTime(first).isBefore(limit)) {
      return;
    }
    Instant last = definition.lastFiredBy(row.decidedTo(), limit.minusMillis(1));
    if (last == null) {
      return;
    }
    switch (definition.task().misfire()) {
      case SKIP -> passOver(last);
      case FIRE_ONCE -> {
        passOver(definition.times().last(row.decidedTo(), last.minusMillis(1)));
        fire(definition, last);
      }
      case FIRE_ALL -> passOver(beforeTheLast(definition, last));
    }
  }

  private void passOver(@Nullable Instant planned) {
    if (planned != null) {
      happen(new Passed(new PassedOver(planned, Reason.MISFIRE)));
    }
  }

  /**
   * The missed time before the last {@link ScheduleEngine#MOST_MISSED}; null if all are of them.
   */
  private @Nullable Instant beforeTheLast(Definition definition, Instant last) {
    List<Instant> some = definition.times().next(row.decidedTo(), ScheduleEngine.MOST_MISSED + 1);
    if (some.size() <= ScheduleEngine.MOST_MISSED || some.getLast().isAfter(last)) {
      return null;
    }
    Instant found = last;
    for (int i = 0; i < ScheduleEngine.MOST_MISSED && found != null; i++) {
      found = definition.times().last(row.decidedTo(), found.minusMillis(1));
    }
    return found;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
