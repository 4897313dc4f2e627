package io.clusterdb.tasks.worker.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
  /** A job of a partition that the worker owns. */
  record Task(Owned of, long offset) {}

  private enum Settling {
    NO,
    BEGUN,
    COMMITTED
  }

  /** A partition that the worker owns. */
  static final class Owned implements Stake<Task> {
    final SimulatedLog log;
    final OffsetTracker tracker;
    final PartitionClaim claim;
    final Deque<Task> heldBack = new ArrayDeque<>();
    final Deque<Task> suspects = new ArrayDeque<>();
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

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public PartitionClaim claim() {
      return claim;
    }

    @Override
    public OffsetTracker tracker() {
      return tracker;
    }

    @Override
    public Deque<Task> heldBack() {
      return heldBack;
    }

    @Override
    public Deque<Task> suspects() {
      return suspects;
    }

    void propose(Claim next) {
      base = tracker.base();
      proposed = new CommitMetadata(next, tracker.end(), tracker.holes());
    }
  }

  final Map<SimulatedLog, Owned> owned = new LinkedHashMap<>();
  private final Random random;
  private final int maxCrashes;
  private final Dispatch dispatch = new Dispatch();
  private final Admission<Task> admission = new Admission<>(dispatch, new Exclusive());
  private Settling settling = Settling.NO;
  private List<Owned> touched = List.of();

  /** What is ready to start. */
  private static final class Dispatch implements Gate<Task> {
    final List<Task> ready = new ArrayList<>();
    final List<Task> ahead = new ArrayList<>();
    boolean held;

    @Override
    public long offset(Task task) {
      return task.offset();
    }

    @Override
    public void open(List<Task> tasks) {
      ready.addAll(tasks);
    }

    @Override
    public void openAlone(Task task) {
      ahead.add(task);
    }

    @Override
    public void hold(boolean value) {
      held = value;
    }

    @Override
    public void refuse(Task task, String reason) {
      task.of().ended.put(task.offset(), false);
    }

    void forget(Owned gone) {
      ready.removeIf(task -> task.of() == gone);
      ahead.removeIf(task -> task.of() == gone);
    }
  }

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
    admission.removed(p);
    dispatch.forget(p);
  }

  /** Takes a step; returns the partition whose killer ended the process, or null. */
  @Nullable SimulatedLog step() {
    Owned p = new ArrayList<>(owned.values()).get(random.nextInt(owned.size()));
    switch (random.nextInt(6)) {
      case 0 -> poll(p);
      case 1, 2 -> start();
      case 3 -> {
        return end(p);
      }
      default -> settle();
    }
    return null;
  }

  /** The owner thread polls between settlements only. */
  private void poll(Owned p) {
    Long next = p.log.jobs.ceiling(Math.max(p.tracker.position(), p.tracker.nextWanted()));
    if (settling == Settling.NO && next != null && p.tracker.deliver(next) == Delivery.RUN) {
      admission.admit(new Task(p, next), p);
      admission.flush();
    }
  }

  private void start() {
    boolean alone = !dispatch.ahead.isEmpty();
    List<Task> from = alone ? dispatch.ahead : dispatch.ready;
    if (!from.isEmpty() && (alone || !dispatch.held)) {
      Task task = from.remove(random.nextInt(from.size()));
      run(task.of(), task.offset());
    }
  }

  private void run(Owned p, long job) {
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
        touched = wanted();
        touched.forEach(SimulatedWorker::begin);
        settling = touched.isEmpty() ? Settling.NO : Settling.BEGUN;
      }
      case BEGUN -> {
        if (random.nextInt(5) == 0) {
          touched.forEach(SimulatedWorker::abort);
          settling = Settling.NO;
        } else {
          touched.forEach(SimulatedWorker::commit);
          settling = Settling.COMMITTED;
        }
      }
      case COMMITTED -> {
        for (Owned p : touched) {
          p.tracker.settled();
          p.claim.settled();
        }
        admission.committed(owned.values());
        settling = Settling.NO;
      }
    }
  }

  /** As the owner thread has it: nobody settles what does not ask for it. */
  private List<Owned> wanted() {
    boolean idle = owned.values().stream().allMatch(p -> p.running.isEmpty() && p.ended.isEmpty());
    boolean control = admission.advanceSuspects(owned.values(), idle);
    return owned.values().stream()
        .filter(p -> control || !p.ended.isEmpty() || admission.waitsForCommit(p))
        .toList();
  }

  private static void begin(Owned p) {
    p.settling.putAll(p.ended);
    p.ended.clear();
    for (long job : p.settling.keySet()) {
      p.tracker.complete(job);
      p.claim.ended(job);
    }
    p.propose(p.claim.next(p.tracker, !p.settling.isEmpty()));
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
