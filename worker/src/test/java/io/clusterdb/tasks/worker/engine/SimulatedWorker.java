package io.clusterdb.tasks.worker.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A worker process in steps so small that it can die between any two: poll a record, start a job,
 * end a job, begin a settlement, commit it, learn of the commit.
 */
final class SimulatedWorker {
  private enum Settling {
    NO,
    BEGUN,
    COMMITTED
  }

  /** A partition that the worker owns. */
  static final class Owned {
    final SimulatedLog log;
    final OffsetTracker tracker;
    final PartitionClaim claim;
    final List<Long> waiting = new ArrayList<>();
    final List<Long> running = new ArrayList<>();
    final Map<Long, Boolean> ended = new HashMap<>();
    final Map<Long, Boolean> settling = new HashMap<>();
    Claim proposed;

    Owned(SimulatedLog log, int maxCrashes) {
      this.log = log;
      CommitMetadata taken = Claims.take(log.base, log.committed(), log.end(), "w");
      log.commit(log.base, taken);
      tracker = OffsetTracker.restore(log.base, log.committed(), 1);
      claim = new PartitionClaim(taken, maxCrashes);
      proposed = taken.claim();
    }
  }

  final Map<SimulatedLog, Owned> owned = new LinkedHashMap<>();
  private final Random random;
  private final int maxCrashes;
  private Settling settling = Settling.NO;

  /** A suspect waits for the process to be quiet. */
  private boolean draining;

  SimulatedWorker(Random random, int maxCrashes) {
    this.random = random;
    this.maxCrashes = maxCrashes;
  }

  void take(SimulatedLog log) {
    owned.put(log, new Owned(log, maxCrashes));
  }

  boolean canRelease() {
    return settling == Settling.NO && owned.values().stream().noneMatch(p -> claimBusy(p));
  }

  private static boolean claimBusy(Owned p) {
    return p.claim.excludesOthers();
  }

  /** Hands a partition over: running jobs are interrupted, what ended is settled. */
  void release(SimulatedLog log) {
    Owned p = java.util.Objects.requireNonNull(owned.remove(log));
    p.ended.forEach((job, success) -> p.tracker.complete(job));
    log.settle(p.ended);
    Claim claim = p.claim.release(p.tracker, !p.ended.isEmpty());
    log.commit(p.tracker.base(), new CommitMetadata(claim, p.tracker.end(), p.tracker.holes()));
    draining = false;
  }

  /** Takes a step; returns the partition whose killer ended the process, or null. */
  @Nullable SimulatedLog step() {
    Owned p = new ArrayList<>(owned.values()).get(random.nextInt(owned.size()));
    switch (random.nextInt(6)) {
      case 0 -> poll(p);
      case 1, 2 -> start(p);
      case 3 -> {
        return end(p);
      }
      default -> settle();
    }
    return null;
  }

  private void poll(Owned p) {
    Long next = p.log.jobs.ceiling(Math.max(p.tracker.position(), p.tracker.nextWanted()));
    if (next != null && p.tracker.deliver(next) == Delivery.RUN) {
      p.waiting.add(next);
    }
  }

  private void start(Owned p) {
    if (p.waiting.isEmpty() || settling != Settling.NO) {
      return;
    }
    int index = random.nextInt(p.waiting.size());
    long job = p.waiting.get(index);
    boolean started =
        switch (p.claim.start(job, p.tracker)) {
          case NOW -> !draining && !excluded() && run(p, job);
          case AFTER_COMMIT -> false;
          case ANNOUNCED -> startSuspect(p, job);
          case ANNOUNCED_ALONE -> startAlone(p, job);
          case NEVER -> {
            p.ended.put(job, false);
            yield true;
          }
        };
    if (started) {
      p.waiting.subList(index, index + 1).clear();
    }
  }

  private boolean startSuspect(Owned p, long job) {
    if (p.claim.suspect() == Claim.NONE && !draining && !excluded()) {
      p.claim.announce(job, false, p.tracker);
    }
    return p.claim.suspect() == job && p.claim.announced() && run(p, job);
  }

  private boolean startAlone(Owned p, long job) {
    if (p.claim.suspect() == job) {
      return p.claim.announced() && run(p, job);
    }
    if (excluded()) {
      return false;
    }
    draining = true;
    if (owned.values().stream()
        .allMatch(o -> o.running.isEmpty() && o.claim.suspect() == Claim.NONE)) {
      p.claim.announce(job, true, p.tracker);
      owned.values().forEach(o -> o.claim.quiet(o != p));
    }
    return false;
  }

  private boolean excluded() {
    return owned.values().stream().anyMatch(o -> o.claim.excludesOthers());
  }

  private boolean run(Owned p, long job) {
    Claim durable = p.log.committed().claim();
    boolean announced = durable.suspect() == job;
    if (durable.clean() || (job >= durable.limit() && !announced)) {
      throw new AssertionError("job " + job + " starts although " + durable);
    }
    for (Owned other : owned.values()) {
      Claim claim = other.log.committed().claim();
      boolean here = other == p && announced;
      if (!here && claim.suspect() != Claim.NONE && claim.alone()) {
        throw new AssertionError("job " + job + " starts beside one that is alone");
      }
      if (announced && durable.alone() && !other.running.isEmpty()) {
        throw new AssertionError("job " + job + " is not alone");
      }
    }
    p.running.add(job);
    return true;
  }

  private @Nullable SimulatedLog end(Owned p) {
    if (p.running.isEmpty()) {
      return null;
    }
    int index = random.nextInt(p.running.size());
    long job = p.running.get(index);
    if (p.log.killers.contains(job)) {
      p.log.kills.merge(job, 1, Integer::sum);
      return p.log;
    }
    p.running.subList(index, index + 1).clear();
    p.ended.put(job, true);
    return null;
  }

  private void settle() {
    switch (settling) {
      case NO -> {
        owned.values().forEach(this::begin);
        settling = Settling.BEGUN;
      }
      case BEGUN -> {
        if (random.nextInt(10) == 0) {
          owned.values().forEach(SimulatedWorker::abort);
          settling = Settling.NO;
        } else {
          owned.values().forEach(SimulatedWorker::commit);
          settling = Settling.COMMITTED;
        }
      }
      case COMMITTED -> {
        for (Owned p : owned.values()) {
          p.tracker.settled();
          p.claim.settled();
        }
        settling = Settling.NO;
      }
    }
  }

  private void begin(Owned p) {
    p.settling.putAll(p.ended);
    p.ended.clear();
    for (long job : p.settling.keySet()) {
      p.tracker.complete(job);
      if (p.claim.suspect() == job) {
        if (p.claim.excludesOthers()) {
          draining = false;
          owned.values().forEach(o -> o.claim.quiet(false));
        }
        p.claim.ended(job);
      }
    }
  }

  private static void abort(Owned p) {
    p.ended.putAll(p.settling);
    p.settling.clear();
    p.tracker.rollback();
    p.claim.rollback();
  }

  private static void commit(Owned p) {
    p.proposed = p.claim.next(p.tracker, !p.settling.isEmpty());
    p.log.commit(
        p.tracker.base(), new CommitMetadata(p.proposed, p.tracker.end(), p.tracker.holes()));
    p.log.settle(p.settling);
    p.settling.clear();
  }
}
