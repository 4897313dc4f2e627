package io.clusterdb.tasks.worker.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A queue of a worker process in steps so small that it can die between any two: poll a record,
 * start a job, end a job, begin a settlement, commit it, learn of the commit. Where jobs have keys,
 * those of a key run one after the other; some fail, rest and are tried again in place, some are of
 * a type that is not known at first, and some go on although their partition has left.
 */
final class SimulatedWorker {
  /** A job of a partition that the worker owns. */
  record Task(Owned of, long offset) {
    Key key(int keys) {
      return new Key(of.log, offset % keys);
    }
  }

  /** A key outlives the tenure of its partition: it is given up, or it is stuck. */
  record Key(SimulatedLog of, long number) {}

  private enum Settling {
    NO,
    BEGUN,
    COMMITTED
  }

  /** A partition that the worker owns. */
  static final class Owned extends OwnedStake<Task> {
    final SimulatedLog log;
    final OffsetTracker tracker;
    final PartitionClaim claim;
    final List<Long> running = new ArrayList<>();
    final Map<Long, Long> begun = new HashMap<>();
    final Map<Long, Boolean> ended = new HashMap<>();
    final Map<Long, Boolean> settling = new HashMap<>();
    final Set<Long> failed = new HashSet<>();
    final Set<Long> failing = new HashSet<>();
    final Set<Long> resting = new TreeSet<>();
    final Set<Long> parked = new TreeSet<>();
    final Set<Long> known = new HashSet<>();

    /** Jobs an attempt of which has ended since the partition came. */
    final Set<Long> cleared = new HashSet<>();

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
    public PartitionClaim claim() {
      return claim;
    }

    @Override
    public OffsetTracker tracker() {
      return tracker;
    }

    void propose(Claim next) {
      base = tracker.base();
      proposed = new CommitMetadata(next, tracker.end(), tracker.holes());
    }
  }

  final Map<SimulatedLog, Owned> owned = new LinkedHashMap<>();
  private final SimulatedProcess process;
  private final Random random;
  private final int maxCrashes;
  private final int keys;
  private final SimulatedDispatch dispatch;
  private final Admission<Task> admission;

  private final List<Task> lingering = new ArrayList<>();
  private Settling settling = Settling.NO;
  private List<Owned> touched = List.of();
  private long heldSince;
  private long mostHeld;

  SimulatedWorker(
      SimulatedProcess process, Exclusive exclusive, Random random, int maxCrashes, int keys) {
    this.process = process;
    this.random = random;
    this.maxCrashes = maxCrashes;
    this.keys = keys;
    this.dispatch = new SimulatedDispatch(random, keys, owned::containsValue);
    this.admission = new Admission<>(dispatch, exclusive);
  }

  void take(SimulatedLog log) {
    owned.put(log, new Owned(log, maxCrashes));
  }

  boolean canRelease() {
    return settling == Settling.NO;
  }

  /** Lets go on what waits for nobody, when no job is left. */
  void settleDown() {
    dispatch.next();
    lingering.forEach(dispatch::release);
    lingering.clear();
    admission.advanceSuspects(owned.values(), true);
    dispatch.next();
  }

  /** Keys that jobs hold. */
  int heldKeys() {
    return dispatch.heldKeys();
  }

  /** Hands a partition over: running jobs are interrupted, what ended is settled. */
  void release(SimulatedLog log) {
    Owned p = Objects.requireNonNull(owned.remove(log));
    p.ended.forEach((job, success) -> p.tracker.complete(job));
    p.failed.forEach(job -> p.tracker.attempt(job, 2));
    log.settle(p.ended);
    p.propose(p.claim.release(p.tracker, !p.ended.isEmpty()));
    p.log.commit(p.base, p.proposed);
    leave(p);
  }

  /** A partition has another owner already: nothing of it counts. */
  void lose(SimulatedLog log) {
    leave(Objects.requireNonNull(owned.remove(log)));
  }

  /** As the owner thread has it: what it knows to be dropped, the lines, what is held back. */
  private void leave(Owned p) {
    for (Set<Long> jobs : List.of(p.failed, p.resting, p.parked)) {
      jobs.forEach(job -> dispatch.release(new Task(p, job)));
    }
    for (long job : p.running) {
      if (keys > 0 && random.nextBoolean() && !p.log.killers.contains(job)) {
        lingering.add(new Task(p, job));
      } else {
        dispatch.release(new Task(p, job));
      }
    }
    dispatch.forgetClosed();
    admission.removed(p);
  }

  /**
   * Takes a step, in which nothing may be held for too long; returns the partition whose killer
   * ended the process, or null.
   */
  @Nullable SimulatedLog step() {
    watchHold();
    if (owned.isEmpty()) {
      take(lingering).ifPresent(dispatch::release);
      boolean unused = admission.advanceSuspects(List.of(), lingering.isEmpty());
      return null;
    }
    Owned p = new ArrayList<>(owned.values()).get(random.nextInt(owned.size()));
    wake(p);
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

  /** Whether a handler goes on whose partition has left. */
  boolean lingers() {
    return !lingering.isEmpty();
  }

  private void watchHold() {
    long now = process.steps();
    if (!dispatch.isHeld()) {
      heldSince = now;
      mostHeld = 0;
    } else if (now - heldSince >= mostHeld) {
      long most = process.longestHold();
      if (now > heldSince && most <= mostHeld) {
        throw new AssertionError("held for more than " + mostHeld + " steps");
      }
      mostHeld = Math.max(most, mostHeld);
    }
  }

  /** The owner thread polls between settlements only. */
  private void poll(Owned p) {
    Long next = p.log.jobs.ceiling(Math.max(p.tracker.position(), p.tracker.nextWanted()));
    if (settling == Settling.NO && next != null && p.tracker.deliver(next) == Delivery.RUN) {
      admission.admit(new Task(p, next), p);
      admission.flush();
    }
  }

  /** Time passes for what rests, waits for its type to be known, or goes on without a partition. */
  private void wake(Owned p) {
    if (random.nextInt(8) != 0 || settling != Settling.NO) {
      return;
    }
    take(p.parked).ifPresent(p.failed::add);
    take(p.resting)
        .ifPresent(
            job -> {
              admission.admit(new Task(p, job), p);
              admission.flush();
            });
    take(lingering).ifPresent(dispatch::release);
  }

  private <T> Optional<T> take(Collection<T> from) {
    Optional<T> some = from.stream().skip(random.nextInt(from.size() + 1)).findFirst();
    some.ifPresent(from::remove);
    return some;
  }

  private void start() {
    Task task = dispatch.next();
    if (task != null) {
      run(task.of(), task.offset());
    }
  }

  private void run(Owned p, long job) {
    Claim durable = p.log.committed().claim();
    boolean announced = durable.suspect() == job;
    boolean beside = p.log.overruns(job) > 0 || p.cleared.contains(job);
    if (durable.clean()
        || (job >= durable.limit() && !announced && !beside)
        || (job < durable.exposedTwice() && !announced && !beside)) {
      throw new AssertionError("job " + job + " starts although " + durable);
    }
    for (Owned other : process.owned()) {
      Claim claim = other.log.committed().claim();
      boolean here = other == p && announced;
      if (!here && claim.suspect() != Claim.NONE && claim.alone()) {
        throw new AssertionError("job " + job + " starts beside one that is alone");
      }
      if (announced && durable.alone() && !other.running.isEmpty()) {
        throw new AssertionError("job " + job + " is not alone");
      }
    }
    if (announced && durable.alone() && process.lingers()) {
      throw new AssertionError("job " + job + " starts beside a handler that goes on");
    }
    if (keys > 0) {
      inOrder(p, job);
    }
    p.running.add(job);
    p.begun.put(job, process.steps());
  }

  private void inOrder(Owned p, long job) {
    Key key = new Task(p, job).key(keys);
    if (lingering.stream().anyMatch(task -> task.key(keys).equals(key))) {
      throw new AssertionError("job " + job + " starts beside one of its key that goes on");
    }
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
    long ran = process.steps() - p.begun.getOrDefault(job, 0L);
    if (ran < p.log.lengths.getOrDefault(job, 0L)) {
      return null;
    }
    process.ran(ran);
    if (p.log.killers.contains(job)) {
      p.log.kills.merge(job, 1, Integer::sum);
      return p.log;
    }
    p.running.subList(index, index + 1).clear();
    if (keys > 0 && job % 4 == 0 && p.known.add(job)) {
      p.parked.add(job);
    } else if (keys > 0 && p.log.failures.merge(job, 1, Integer::sum) <= job % 3) {
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
          p.resting.addAll(p.failing);
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
        lingering.isEmpty()
            && owned.values().stream()
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
      p.claim.endedForNow(job);
      p.cleared.add(job);
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
