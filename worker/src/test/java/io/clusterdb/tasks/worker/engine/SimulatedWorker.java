package io.clusterdb.tasks.worker.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worker process in steps so small that it can die between any two: poll a record, start a job,
 * end a job, begin a settlement, commit it, learn of the commit. Where jobs have keys, those of a
 * key run one after the other, and some fail and are tried again in place.
 */
final class SimulatedWorker {
  /** A job of a partition that the worker owns. */
  record Task(Owned of, long offset) {
    private Key key(int keys) {
      return new Key(of, offset % keys);
    }
  }

  private record Key(Owned of, long number) {}

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
    final Set<Long> failed = new HashSet<>();
    final Set<Long> failing = new HashSet<>();
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
  private final int keys;
  private final Dispatch dispatch;
  private final Admission<Task> admission;
  private Settling settling = Settling.NO;
  private List<Owned> touched = List.of();

  /** What is ready to start. */
  private final class Dispatch implements Gate<Task> {
    final List<Task> ready = new ArrayList<>();
    final List<Task> ahead = new ArrayList<>();
    final Deque<Task> passed = new ArrayDeque<>();
    final Set<Task> onlyLinedUp = new HashSet<>();
    final Set<Task> holders = new HashSet<>();
    final KeyGate<Task> gate = new KeyGate<>(this::holds);
    boolean held;

    private void line(Task task) {
      if (keys == 0 || holders.contains(task)) {
        pass(task);
      } else {
        gate.offer(task.key(keys), task);
      }
    }

    private void holds(Task task) {
      holders.add(task);
      pass(task);
    }

    private void pass(Task task) {
      if (onlyLinedUp.remove(task)) {
        passed.add(task);
      } else {
        ready.add(task);
      }
    }

    void release(Task task) {
      if (holders.remove(task)) {
        gate.release(task.key(keys));
      }
    }

    @Override
    public long offset(Task task) {
      return task.offset();
    }

    @Override
    public void open(List<Task> tasks) {
      tasks.forEach(this::line);
    }

    @Override
    public void lineUp(Task task) {
      onlyLinedUp.add(task);
      line(task);
    }

    @Override
    public @Nullable Task passed() {
      return passed.poll();
    }

    @Override
    public @Nullable Stake<Task> stake(Task task) {
      return owned.containsValue(task.of()) ? task.of() : null;
    }

    @Override
    public void forget(Task task) {
      release(task);
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
      gate.drop(task -> task.of() == gone);
      ready.removeIf(task -> task.of() == gone);
      ahead.removeIf(task -> task.of() == gone);
      holders.stream().filter(task -> task.of() == gone).toList().forEach(this::release);
    }
  }

  SimulatedWorker(Random random, int maxCrashes, int keys) {
    this.random = random;
    this.maxCrashes = maxCrashes;
    this.keys = keys;
    this.dispatch = new Dispatch();
    this.admission = new Admission<>(dispatch, new Exclusive());
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
    p.failed.forEach(job -> p.tracker.attempt(job, 2));
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
    if (keys > 0) {
      inOrder(p, job);
    }
    p.running.add(job);
  }

  private void inOrder(Owned p, long job) {
    for (long before : p.log.jobs.headSet(job)) {
      boolean over =
          p.log.succeeded.contains(before)
              || p.log.dead.contains(before)
              || p.ended.containsKey(before)
              || p.settling.containsKey(before);
      if (before % keys == job % keys && !over) {
        throw new AssertionError("job " + job + " starts before " + before + " of its key");
      }
    }
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
    if (keys > 0 && p.log.failures.merge(job, 1, Integer::sum) <= job % 3) {
      p.failed.add(job);
    } else {
      p.ended.put(job, true);
      dispatch.release(new Task(p, job));
    }
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
          p.failing.forEach(job -> admission.admit(new Task(p, job), p));
          p.failing.clear();
        }
        admission.flush();
        admission.committed(owned.values());
        settling = Settling.NO;
      }
    }
  }

  /** As the owner thread has it: nobody settles what does not ask for it. */
  private List<Owned> wanted() {
    boolean idle =
        owned.values().stream()
            .allMatch(p -> p.running.isEmpty() && p.ended.isEmpty() && p.failed.isEmpty());
    boolean control = admission.advanceSuspects(owned.values(), idle);
    return owned.values().stream()
        .filter(
            p ->
                control || !p.ended.isEmpty() || !p.failed.isEmpty() || admission.waitsForCommit(p))
        .toList();
  }

  private static void begin(Owned p) {
    p.settling.putAll(p.ended);
    p.ended.clear();
    for (long job : p.settling.keySet()) {
      p.tracker.complete(job);
      p.claim.ended(job);
    }
    p.failing.addAll(p.failed);
    p.failed.clear();
    for (long job : p.failing) {
      p.tracker.attempt(job, 2);
      p.claim.ended(job);
    }
    p.propose(p.claim.next(p.tracker, !p.settling.isEmpty()));
  }

  private static void abort(Owned p) {
    p.ended.putAll(p.settling);
    p.settling.clear();
    p.failed.addAll(p.failing);
    p.failing.clear();
    p.tracker.rollback();
    p.claim.rollback();
  }

  private static void commit(Owned p) {
    p.log.commit(p.base, p.proposed);
    p.log.settle(p.settling);
    p.settling.clear();
  }
}
