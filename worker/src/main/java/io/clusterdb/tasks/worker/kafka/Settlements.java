package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.worker.engine.Admission;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Clocks;
import io.clusterdb.tasks.worker.run.Dispatcher;
import io.clusterdb.tasks.worker.run.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Outcomes on their way to the log: when they are settled, and what follows from that. */
final class Settlements {
  private static final int MAX_SETTLED_AT_ONCE = 20_000;
  private static final long IDLE_COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long LOOK_AGAIN_MS = 50;

  private final Consumer<byte[], byte[]> consumer;
  private final Partitions partitions;
  private final Intake intake;
  private final Admission<Attempt> admission;
  private final Settler settler;
  private final Dispatcher dispatcher;
  private final Completions completions;
  private final UnknownTypes unknownTypes;
  private final Timers timers;
  private final Clocks clocks;
  private final @Nullable WorkerMeters meters;
  private final SettleSpans spans;

  private final List<Attempt> pending = new ArrayList<>();

  /** Attempts that are tried again in place after a while; their keys may wait for them. */
  private final Set<Attempt> resting = Collections.newSetFromMap(new IdentityHashMap<>());

  private final List<ProducerRecord<byte[], byte[]>> announcements = new ArrayList<>();
  private long lastIdleCommit;
  private long retryAt;
  private int failures;

  /** What settlements work with. */
  record Parts(
      Consumer<byte[], byte[]> consumer,
      Partitions partitions,
      Intake intake,
      Admission<Attempt> admission,
      Settler settler,
      Dispatcher dispatcher,
      Completions completions,
      UnknownTypes unknownTypes,
      Timers timers,
      Clocks clocks,
      @Nullable WorkerMeters meters,
      SettleSpans spans) {}

  Settlements(Parts parts) {
    this.consumer = parts.consumer();
    this.partitions = parts.partitions();
    this.intake = parts.intake();
    this.admission = parts.admission();
    this.settler = parts.settler();
    this.dispatcher = parts.dispatcher();
    this.completions = parts.completions();
    this.unknownTypes = parts.unknownTypes();
    this.timers = parts.timers();
    this.clocks = parts.clocks();
    this.meters = parts.meters();
    this.spans = parts.spans();
  }

  /** What goes out with the next settlement besides outcomes; to be added to. */
  List<ProducerRecord<byte[], byte[]>> announcements() {
    return announcements;
  }

  /** Whether no outcome waits to be settled. */
  boolean isEmpty() {
    return completions.isEmpty() && pending.isEmpty();
  }

  /** Whether outcomes wait that were collected and are not settled. */
  boolean hasPending() {
    return !pending.isEmpty();
  }

  /** Whether outcomes wait that can be settled at this time. */
  boolean isDue(long now) {
    return !completions.isEmpty() || (!pending.isEmpty() && retryAt - now <= 0);
  }

  /** Takes what has ended; says whether anything had. */
  boolean collect() {
    int before = pending.size();
    completions.drainTo(pending, MAX_SETTLED_AT_ONCE - before);
    boolean came = pending.size() > before;
    if (came) {
      pending.removeIf(
          attempt -> {
            if (isDropped(attempt) || isPutBack(attempt)) {
              return true;
            }
            return attempt.outcome() instanceof Outcome.UnknownType && unknownTypes.park(attempt);
          });
    }
    return came;
  }

  /** Settles if there is anything to settle, or a partition to claim or to commit. */
  void settleIfWanted(long now) {
    boolean control =
        admission.advanceSuspects(
            partitions.all(),
            pending.isEmpty() && completions.isEmpty() && dispatcher.running() == 0);
    Set<PartitionState> touched = new LinkedHashSet<>();
    boolean idle = pending.isEmpty() && now - lastIdleCommit > IDLE_COMMIT_NANOS;
    if (idle) {
      lastIdleCommit = now;
    }
    for (PartitionState state : partitions.all()) {
      if (state.claiming()
          || (state.owned()
              && (control
                  || admission.waitsForCommit(state)
                  || (idle && state.buffered() == 0 && intake.passMarkers(state))))) {
        touched.add(state);
      }
    }
    boolean wanted =
        settler.inDoubt() || !pending.isEmpty() || !touched.isEmpty() || !announcements.isEmpty();
    if (wanted && retryAt - now <= 0) {
      settle(touched);
    }
  }

  /** Settles all that has ended, with what these partitions have to say. */
  Settler.End settle(Set<PartitionState> touched) {
    List<PartitionState> claiming = touched.stream().filter(PartitionState::claiming).toList();
    List<Attempt> settled = new ArrayList<>();
    long begun = meters == null ? 0 : clocks.ticker().getAsLong();
    long startedAt = spans.begin();
    Settler.End end =
        settler.settle(
            new Settler.Batch(
                List.copyOf(pending),
                List.copyOf(announcements),
                touched,
                partitions.byPartition()),
            settled);
    announcements.clear();
    if (meters != null) {
      meters.settled(settled, end, clocks.ticker().getAsLong() - begun);
    }
    spans.end(settled, startedAt);
    settled.forEach(this::afterSettling);
    if (end == Settler.End.COMMITTED) {
      failures = 0;
      retryAt = 0;
      intake.settled(pending.size());
      pending.clear();
      claiming.forEach(this::begin);
      admission.committed(partitions.all());
    } else {
      Set<Attempt> done = Collections.newSetFromMap(new IdentityHashMap<>());
      done.addAll(settled);
      pending.removeIf(done::contains);
      failures = Math.min(failures + 1, 10);
      long backoff = TimeUnit.MILLISECONDS.toNanos(20L << Math.min(failures, 6));
      retryAt = clocks.ticker().getAsLong() + (end == Settler.End.STALE ? 0 : backoff);
    }
    return end;
  }

  /** A partition is this worker's: its records may come. */
  private void begin(PartitionState state) {
    if (state.owned() && partitions.of(state.partition()) == state) {
      consumer.seek(state.partition(), state.tracker().nextWanted());
    }
  }

  private void afterSettling(Attempt attempt) {
    attempt.settled();
    PartitionState state = partitions.of(attempt);
    if (state == null) {
      giveUpKey(attempt);
      return;
    }
    if (attempt.outcome() instanceof Outcome.AgainInPlace again) {
      Attempt next = attempt.again(again.nextAttempt());
      resting.add(attempt);
      later(again.delayMs(), () -> readmit(next, attempt));
    } else {
      state.finished(attempt);
      dispatcher.releaseKey(attempt);
    }
  }

  private void readmit(Attempt attempt, Attempt before) {
    PartitionState state = partitions.of(attempt);
    if (state == null || !resting.contains(before)) {
      return;
    }
    if (before.lingers()) {
      later(LOOK_AGAIN_MS, () -> readmit(attempt, before)); // two attempts never overlap
      return;
    }
    resting.remove(before);
    admission.admit(attempt, state);
    admission.flush();
  }

  private void later(long millis, Runnable action) {
    timers.at(clocks.ticker().getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis), action);
  }

  /** Forgets what is no longer owned. */
  void dropLost() {
    pending.removeIf(this::isDropped);
    resting.removeIf(this::isDropped);
    unknownTypes.dropIf(this::isDropped); // their keys would wait for the grace period's end
  }

  private boolean isDropped(Attempt attempt) {
    if (attempt.tenure().held()) {
      return false;
    }
    attempt.lost();
    giveUpKey(attempt);
    return true;
  }

  /** Its partition has gone. A handler that goes on all the same gives the key up at its end. */
  private void giveUpKey(Attempt attempt) {
    if (!attempt.lingers()) {
      dispatcher.releaseKey(attempt);
    }
  }

  /** What nobody took is as if it had never been started. */
  private boolean isPutBack(Attempt attempt) {
    if (!(attempt.outcome() instanceof Outcome.Released)) {
      return false;
    }
    dispatcher.putBack(attempt.again(attempt.knownAttempt()));
    return true;
  }
}
