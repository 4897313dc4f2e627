package io.clusterdb.tasks.worker.engine;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claim of a partition while it is owned: what may start, and what each commit says. The rules
 * are those of {@link Claims}. Confined to the owner thread.
 *
 * <p>In each settlement: {@link #next} gives the claim to commit, then {@link #settled} or {@link
 * #rollback} follows. What {@link #start} answers depends on what is durable only.
 *
 * <p>{@link Admission} and {@link Solo} decide when {@link #announce} and {@link #quiet} are
 * called.
 */
public final class PartitionClaim {
  /** Times a job may kill its worker before it is a dead letter, unless set otherwise. */
  public static final int DEFAULT_MAX_CRASHES = 3;

  private static final int MAX_LOOKAHEAD = 1 << 16;

  private final int maxCrashes;
  private Claim durable;
  private Claim proposed;
  private boolean quiet;
  private long suspect = Claim.NONE;
  private boolean alone;
  private @Nullable Long turnEnds;

  /** Suspects of this tenure whose turn is over; they start, or go on, beside all others. */
  private final Set<Long> overrun = new HashSet<>();

  /** Those of them that may not start before a commit has counted the overrun. */
  private final Set<Long> uncounted = new HashSet<>();

  private Set<Long> counting = Set.of();

  /** Suspects an attempt of which has ended in this tenure; they come again beside all others. */
  private final Set<Long> cleared = new HashSet<>();

  private long lookahead = Claims.FIRST_LOOKAHEAD;
  private long lastPosition;

  /**
   * @param taken what {@link Claims#take} returned, once it is committed
   * @param maxCrashes times a job may kill its worker before it is a dead letter, at least 1
   */
  public PartitionClaim(CommitMetadata taken, int maxCrashes) {
    if (maxCrashes < 1) {
      throw new IllegalArgumentException(
          "Expected 1 or more crashes until a job is a dead letter, found " + maxCrashes);
    }
    this.maxCrashes = maxCrashes;
    this.durable = taken.claim();
    this.proposed = durable;
    this.lastPosition = taken.end();
  }

  /** Whether the job at this offset, which the tracker has delivered, may start. */
  public Start start(long offset, OffsetTracker tracker) {
    if (!cleared.isEmpty() && cleared.contains(offset)) {
      return durable.clean() ? Start.AFTER_COMMIT : Start.NOW;
    }
    if (!overrun.isEmpty() && overrun.contains(offset)) {
      return durable.clean() || uncounted.contains(offset) ? Start.AFTER_COMMIT : Start.NOW;
    }
    if (offset < durable.exposedTwice()) {
      int crashes = tracker.crashes(offset);
      if (crashes >= maxCrashes) {
        return Start.NEVER;
      }
      return crashes > 0 || maxCrashes == 1 ? Start.ANNOUNCED_ALONE : Start.ANNOUNCED;
    }
    return offset < durable.limit() && !durable.clean() ? Start.NOW : Start.AFTER_COMMIT;
  }

  /** The reason of the dead letter of a job that never starts again. */
  public String reason(long offset, OffsetTracker tracker) {
    return "crashed its worker " + tracker.crashes(offset) + " times";
  }

  /** Names a suspect in the next commit; it may start when {@link #announced} says so. */
  public void announce(long offset, boolean runsAlone, OffsetTracker tracker) {
    if (suspect != Claim.NONE) {
      throw new IllegalStateException(
          "Expected no suspect under way, found " + suspect + ": settle its end first");
    }
    suspect = offset;
    alone = runsAlone;
    turnEnds = null;
    tracker.reveal(offset);
  }

  /** The suspect that is announced or to be announced, or {@link Claim#NONE}. */
  public long suspect() {
    return suspect;
  }

  /** Whether the suspect's announcement is durable, so that it may start. */
  public boolean announced() {
    return suspect != Claim.NONE && durable.suspect() == suspect;
  }

  /** The announced suspect has its turn until this time of its process's ticker. */
  void turnUntil(long nanos) {
    turnEnds = nanos;
  }

  /** Whether a suspect is announced whose turn has ended by this time. */
  boolean isTurnOver(long now) {
    return announced() && turnEnds != null && now - turnEnds >= 0;
  }

  /**
   * A suspect's turn is over, whether or not it has started: from the next commit on it is not
   * announced, and has overrun one turn more, so that the next is longer.
   */
  void overrun(long offset, OffsetTracker tracker) {
    ended(offset);
    tracker.rememberOverruns(offset, tracker.overruns(offset) + 1);
    overrun.add(offset);
    uncounted.add(offset);
  }

  /** Whether an overrun is not committed yet. */
  boolean countsOverruns() {
    return !uncounted.isEmpty();
  }

  /** Whether a suspect of this partition runs alone, or is about to, or its end is not durable. */
  public boolean excludesOthers() {
    return (suspect != Claim.NONE && alone) || (durable.suspect() != Claim.NONE && durable.alone());
  }

  /**
   * The job's attempt has ended and killed nobody, and it is tried again in place: for the rest of
   * this tenure it is no suspect.
   */
  public void endedForNow(long offset) {
    ended(offset);
    if (offset < durable.exposedTwice()) {
      cleared.add(offset);
    }
  }

  /** The job's attempt has ended, whatever its outcome: the next commit names it no more. */
  public void ended(long offset) {
    if (offset == suspect) {
      suspect = Claim.NONE;
      alone = false;
    }
    if (!overrun.isEmpty()) {
      overrun.remove(offset);
      uncounted.remove(offset);
    }
    if (!cleared.isEmpty()) {
      cleared.remove(offset);
    }
  }

  /**
   * Says in the next commit that nothing of this partition runs, or that it goes on. While that is
   * durable nothing of it starts.
   */
  public void quiet(boolean nothingRuns) {
    quiet = nothingRuns;
  }

  /** Whether the last commit says that nothing of this partition runs. */
  boolean saysQuiet() {
    return durable.clean();
  }

  /** The claim that the settlement under way commits; the tracker has its finished jobs marked. */
  public Claim next(OffsetTracker tracker, boolean jobsFinished) {
    Claim claim = jobsFinished ? durable.withoutCrashes() : durable;
    counting = uncounted.isEmpty() ? Set.of() : Set.copyOf(uncounted);
    proposed =
        quiet
            ? claim.released(tracker.base())
            : claim.running(limit(tracker.position()), suspect, alone);
    return proposed;
  }

  /**
   * The claim of the last commit, when the partition is handed over and nothing of it runs. What
   * has overrun its turn has not killed anybody: its next turn is as long as this one.
   */
  public Claim release(OffsetTracker tracker, boolean jobsFinished) {
    overrun.forEach(offset -> tracker.rememberOverruns(offset, tracker.overruns(offset) - 1));
    overrun.clear();
    Claim claim = jobsFinished ? durable.withoutCrashes() : durable;
    proposed = claim.released(tracker.base());
    return proposed;
  }

  /** The settlement was committed. */
  public void settled() {
    durable = proposed;
    uncounted.removeAll(counting);
  }

  /** The settlement was aborted. */
  public void rollback() {
    proposed = durable;
  }

  /** Counts the claims of the partition: an owner's is higher than its predecessors'. */
  public long number() {
    return durable.number();
  }

  /**
   * As far as the next settlement's time is likely to bring the partition: more when the last limit
   * was reached, less when it was far away, since all below it is exposed by a crash. It never goes
   * back: while a commit is under way jobs may start up to the limit before.
   */
  private long limit(long position) {
    if (position >= durable.limit()) {
      lookahead = Math.min(MAX_LOOKAHEAD, lookahead * 2);
    } else if (position - lastPosition < lookahead / 4) {
      lookahead = Math.max(Claims.FIRST_LOOKAHEAD, lookahead - lookahead / 8);
    }
    lastPosition = position;
    return Math.max(durable.limit(), position + lookahead);
  }
}
