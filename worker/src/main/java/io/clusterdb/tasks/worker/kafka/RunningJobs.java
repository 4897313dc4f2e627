package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import io.clusterdb.tasks.worker.run.Dispatcher;
import io.clusterdb.tasks.worker.run.Moment;
import io.clusterdb.tasks.worker.run.Outcome;
import io.clusterdb.tasks.worker.run.Slots;
import io.clusterdb.tasks.worker.run.Tenure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after attempts that run: timeouts, commands, announcements, and handlers that do not come
 * back.
 */
final class RunningJobs {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJobs.class);
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long ANNOUNCE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PROGRESS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Dispatcher dispatcher;
  private final Slots slots;
  private final AttemptRunner runner;
  private final Completions completions;
  private final List<Lingering> lingering = new ArrayList<>();
  private long lastCheck;
  private long lastProgress;
  private long commandsSeen;
  private long commandsApplied;
  private long attemptsLookedAt;

  private record Lingering(Attempt attempt, long since) {}

  RunningJobs(Dispatcher dispatcher, Slots slots, AttemptRunner runner, Completions completions) {
    this.dispatcher = dispatcher;
    this.slots = slots;
    this.runner = runner;
    this.completions = completions;
  }

  /** Looks at every attempt that runs, at most every 10 ms. */
  void check(Moment now, List<ProducerRecord<byte[], byte[]>> announcements) {
    if (now.nanos() - lastCheck < EVERY_NANOS) {
      return;
    }
    lastCheck = now.nanos();
    boolean progressDue = now.nanos() - lastProgress >= PROGRESS_EVERY_NANOS;
    obey(now);
    obeyWhilePaused();
    slots.forEachRunning(attempt -> check(attempt, now, progressDue, announcements));
    if (progressDue) {
      lastProgress = now.nanos();
    }
    replaceStuck(now);
  }

  /** Ends what commands end that came since the last look; what begins asks by itself. */
  private void obey(Moment now) {
    long commands = runner.commands();
    if (commands != commandsSeen) {
      commandsSeen = commands;
      slots.forEachRunning(attempt -> obey(attempt, now));
    }
  }

  /** What a paused queue holds back can be cancelled all the same: no handler runs for that. */
  private void obeyWhilePaused() {
    long commands = runner.commands();
    if (commands == 0 || !dispatcher.paused()) {
      return;
    }
    long added = dispatcher.added();
    if (commands != commandsApplied || added != attemptsLookedAt) {
      commandsApplied = commands;
      attemptsLookedAt = added;
      dispatcher.letGo(runner::isCancelled);
    }
  }

  private void obey(Attempt attempt, Moment now) {
    JobRecord job = attempt.job();
    Outcome outcome = job == null ? null : runner.cancelled(attempt, job);
    if (outcome != null) {
      end(attempt, outcome, now);
    }
  }

  private void end(Attempt attempt, Outcome outcome, Moment now) {
    if (attempt.abandon(outcome)) {
      completions.add(attempt);
      lingering.add(new Lingering(attempt, now.nanos()));
    }
  }

  private void check(
      Attempt attempt,
      Moment now,
      boolean progressDue,
      List<ProducerRecord<byte[], byte[]>> announcements) {
    JobRecord job = attempt.job();
    if (job == null) {
      return;
    }
    if (now.nanos() - attempt.deadlineNanos() >= 0 && attempt.deadlineNanos() != Long.MAX_VALUE) {
      if (attempt.running()) {
        end(attempt, runner.timedOut(attempt, job), now);
      }
    } else if (now.nanos() - attempt.startedNanos() >= ANNOUNCE_AFTER_NANOS
        && attempt.wantsAnnouncement(progressDue)
        && attempt.running()) {
      announcements.add(runner.announcement(attempt, job));
    }
  }

  private void replaceStuck(Moment now) {
    for (Iterator<Lingering> it = lingering.iterator(); it.hasNext(); ) {
      Lingering next = it.next();
      if (!next.attempt().lingers()) {
        it.remove();
      } else if (now.nanos() - next.since() >= LINGER_NANOS) {
        it.remove();
        JobRecord job = next.attempt().job();
        LOG.warn(
            "The handler of job {} of type {} was interrupted and goes on all the same; its slot"
                + " is given to a new thread. Make the handler end when it is interrupted.",
            job == null ? "?" : job.id(),
            job == null ? "?" : job.type());
        slots.replace(next.attempt());
      }
    }
  }

  /** Whether an attempt of these tenures runs. */
  boolean any(Set<Object> tenures) {
    boolean[] found = {false};
    slots.forEachRunning(
        attempt -> found[0] |= tenures.contains(attempt.tenure()) && attempt.running());
    return found[0];
  }

  /** Says which attempt of a tenure has run longest. */
  String oldest(Tenure tenure, Moment now) {
    @Nullable Attempt[] oldest = new @Nullable Attempt[1];
    slots.forEachRunning(
        attempt -> {
          if (attempt.tenure() == tenure
              && (oldest[0] == null || attempt.startedNanos() < oldest[0].startedNanos())) {
            oldest[0] = attempt;
          }
        });
    JobRecord job = oldest[0] == null ? null : oldest[0].job();
    if (job == null) {
      return dispatcher.held()
          ? "none of which runs, for a job that may have killed its worker is to run alone in this"
              + " process, and does or waits until all queues of it have nothing that runs"
          : "none of which runs";
    }
    return "of which job %s of type %s has run for %s"
        .formatted(
            job.id(),
            job.type(),
            Durations.format(Duration.ofNanos(now.nanos() - oldest[0].startedNanos())));
  }

  /** Interrupts the attempts of these tenures; they have no outcome. */
  void abandon(Set<Object> tenures) {
    slots.forEachRunning(
        attempt -> {
          if (tenures.contains(attempt.tenure())) {
            attempt.abandon(null);
          }
        });
  }
}
