package io.clusterdb.tasks.worker.engine;

import java.time.Duration;
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
    long base;
    CommitMetadata proposed;

    Owned(SimulatedLog log, int maxCrashes) {
      this.log = log;
      CommitMetadata taken = Claims.take(log.base, log.committed(), log.end(), "w");
      log.commit(log.base, taken);
      tracker = OffsetTracker.restore(log.base, log.committed(), 1);
      claim = new PartitionClaim(taken, maxCrashes);
      base = log.base;
      proposed = taken;
    }

    void propose(Claim next) {
      base = tracker.base();
      proposed = new CommitMetadata(next, tracker.end(), tracker.holes());
    }
  }

  final Map<SimulatedLog, Owned> owned = new LinkedHashMap<>();
  private final Random random;
  private final int maxCrashes;
  private final Suspects<Runnable> suspects = new Suspects<>(Duration.ofNanos(20), 0);
  private Settling settling = Settling.NO;
  private long now;

  SimulatedWorker(Random random, int maxCrashes) {
    this.random = random;
    this.maxCrashes = maxCrashes;
  }

  void take(SimulatedLog log) {
    owned.put(log, new Owned(log, maxCrashes));
  }

  boolean canRelease() {
    return settling == Settling.NO;
  }

  /** Hands a partition over: running jobs are interrupted, what ended is settled. */
  void release(SimulatedLog log) {
    Owned p = java.util.Objects.requireNonNull(owned.remove(log));
    p.ended.forEach((job, success) -> p.tracker.complete(job));
    log.settle(p.ended);
    p.propose(p.claim.release(p.tracker, !p.ended.isEmpty()));
    p.log.commit(p.base, p.proposed);
    suspects.drop(p.claim);
  }

  /** Takes a step; returns the partition whose killer ended the process, or null. */
  @Nullable SimulatedLog step() {
    now++;
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
    if (p.waiting.isEmpty()) {
      return;
    }
    int index = random.nextInt(p.waiting.size());
    long job = p.waiting.get(index);
    boolean taken =
        switch (p.claim.start(job, p.tracker)) {
          case NOW -> suspects.othersMayStart() && run(p, job);
          case AFTER_COMMIT -> false;
          case ANNOUNCED -> suspect(p, job, false);
          case ANNOUNCED_ALONE -> suspect(p, job, true);
          case NEVER -> {
            p.ended.put(job, false);
            yield true;
          }
        };
    if (taken) {
      p.waiting.subList(index, index + 1).clear();
    }
  }

  private boolean suspect(Owned p, long job, boolean alone) {
    suspects.add(p.claim, p.tracker, job, () -> run(p, job), alone);
    return true;
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
        int running = owned.values().stream().mapToInt(p -> p.running.size()).sum();
        suspects.prepare(claims(), running, now);
        owned.values().forEach(p -> p.propose(p.claim.next(p.tracker, !p.settling.isEmpty())));
        settling = Settling.BEGUN;
      }
      case BEGUN -> {
        if (random.nextInt(5) == 0) {
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
        suspects.started(claims()).forEach(Runnable::run);
        settling = Settling.NO;
      }
    }
  }

  private List<PartitionClaim> claims() {
    return owned.values().stream().map(p -> p.claim).toList();
  }

  private void begin(Owned p) {
    p.settling.putAll(p.ended);
    p.ended.clear();
    for (long job : p.settling.keySet()) {
      p.tracker.complete(job);
      suspects.ended(p.claim, job);
    }
  }

  private static void abort(Owned p) {
    p.ended.putAll(p.settling);
    p.settling.clear();
    p.tracker.rollback();
    p.claim.rollback();
  }

  private static void commit(Owned p) {
    p.log.commit(p.base, p.proposed);
    p.log.settle(p.settling);
    p.settling.clear();
  }
}
