package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.worker.engine.Admission;
import io.clusterdb.tasks.worker.engine.Exclusive;
import io.clusterdb.tasks.worker.engine.Watchdog;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import io.clusterdb.tasks.worker.run.Clocks;
import io.clusterdb.tasks.worker.run.Dispatcher;
import io.clusterdb.tasks.worker.run.Outcome;
import io.clusterdb.tasks.worker.run.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner thread's loop: poll, settle, poll. It alone touches consumer, producer and the state of
 * partitions.
 */
final class OwnerLoop implements Partitions.Handover {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerLoop.class);
  private static final int MAX_SETTLED_AT_ONCE = 20_000;
  private static final long REVOKE_DRAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long IDLE_COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long WATCH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration STALL_THRESHOLD = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN_MS = 50;
  private static final long ACTIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** So long after something came a slot may take it unseen. */
  private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String queue;
  private final Consumer<byte[], byte[]> consumer;
  private final Partitions partitions;
  private final Intake intake;
  private final Admission<Attempt> admission;
  private final Settler settler;
  private final Dispatcher dispatcher;
  private final Slots slots;
  private final AttemptRunner runner;
  private final Completions completions;
  private final RunningJobs running;
  private final Timers timers = new Timers();
  private final UnknownTypes unknownTypes;
  private final Clocks clocks;
  private final Runnable assignmentListener;

  /** Whether no broker answers, so that nothing can be settled now. */
  private final BooleanSupplier alone;

  private final Leftover leftover;

  private final List<Attempt> pending = new ArrayList<>();
  private final List<ProducerRecord<byte[], byte[]>> announcements = new ArrayList<>();
  private final Watchdog<TopicPartition> watchdog = new Watchdog<>(STALL_THRESHOLD);
  private long lastWatch;
  private long lastActivity;
  private long lastIdleCommit;
  private long retryAt;
  private int failures;

  /** What the loop works with. */
  record Parts(
      String queue,
      Consumer<byte[], byte[]> consumer,
      Takeovers takeovers,
      SettleProducer producer,
      Dispatcher dispatcher,
      Slots slots,
      AttemptRunner runner,
      Completions completions,
      Exclusive exclusive,
      Clocks clocks,
      String owner,
      Duration unknownTypeGrace,
      PartitionFactory factory,
      Runnable assignmentListener,
      BooleanSupplier alone) {}

  OwnerLoop(Parts parts) {
    this.queue = parts.queue();
    this.consumer = parts.consumer();
    this.dispatcher = parts.dispatcher();
    this.slots = parts.slots();
    this.runner = parts.runner();
    this.completions = parts.completions();
    this.clocks = parts.clocks();
    this.assignmentListener = parts.assignmentListener();
    this.alone = parts.alone();
    this.partitions =
        new Partitions(consumer, parts.takeovers(), this, parts.factory()::state, parts.owner());
    this.admission =
        new Admission<>(
            new DispatchGate(
                dispatcher,
                (attempt, reason) ->
                    refuse(attempt, new JobFailure(ErrorCode.WORKER_CRASHED.name(), reason))),
            parts.exclusive());
    this.intake = new Intake(consumer, partitions, admission, parts.factory()::attempt);
    this.settler =
        new Settler(
            parts.producer(),
            parts.takeovers(),
            consumer::groupMetadata,
            (attempt, reason, resort) ->
                attempt.replaceOutcome(runner.unsettled(attempt, reason, resort)));
    this.running = new RunningJobs(dispatcher, slots, runner, completions);
    this.unknownTypes = new UnknownTypes(parts.unknownTypeGrace(), timers, runner, completions);
    this.leftover = new Leftover(consumer, partitions, unknownTypes);
  }

  Partitions partitions() {
    return partitions;
  }

  Intake intake() {
    return intake;
  }

  Admission<Attempt> admission() {
    return admission;
  }

  Leftover leftover() {
    return leftover;
  }

  /** One turn. */
  void turn() {
    partitions.adopt();
    intake.regulate();
    take(poll());
    long now = clocks.ticker().getAsLong();
    timers.run(now);
    running.check(clocks.now(), announcements);
    watch(now);
    collect();
    settleIfWanted(now);
    leftover.look(now, dispatcher.running() == 0 && completions.isEmpty() && pending.isEmpty());
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    if (consumer.subscription().isEmpty()) {
      completions.await(TimeUnit.MILLISECONDS.toNanos(100));
      return ConsumerRecords.empty();
    }
    try {
      return consumer.poll(Duration.ofNanos(pollNanos()));
    } catch (InvalidOffsetException e) {
      LOG.error(
          "Records of queue {} were removed before they were consumed: {}", queue, e.getMessage());
      partitions.restart(e.partitions());
    } catch (KafkaException e) {
      LOG.warn("Polling queue {} failed and is tried again: {}", queue, e.toString());
      completions.await(TimeUnit.MILLISECONDS.toNanos(200));
    }
    return ConsumerRecords.empty();
  }

  private long pollNanos() {
    long now = clocks.ticker().getAsLong();
    // A slot that took nothing yet may be done before this thread looks again; and one counts as
    // running until it has said that it is done, so what is running is asked first.
    boolean busy = dispatcher.running() > 0 || now - lastActivity < RECENT_NANOS;
    if (!completions.isEmpty() || (!pending.isEmpty() && retryAt - now <= 0)) {
      return 0;
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(100);
    for (PartitionState state : partitions.all()) {
      if (!state.owned()) {
        nanos = TimeUnit.MILLISECONDS.toNanos(5);
      }
    }
    if (busy || !pending.isEmpty()) {
      // The longer nothing happens, the less often it is looked whether a handler has ended.
      long quiet = now - lastActivity;
      nanos = quiet < ACTIVE_NANOS ? 0 : Math.min(TimeUnit.MILLISECONDS.toNanos(10), quiet / 2);
    }
    nanos = Math.min(nanos, timers.nanosUntilNext(now));
    return Math.min(nanos, dispatcher.tick());
  }

  /** Names partitions that have work and make no progress. */
  private void watch(long now) {
    if (now - lastWatch < WATCH_NANOS) {
      return;
    }
    lastWatch = now;
    for (PartitionState state : partitions.all()) {
      if (state.owned()) {
        watchdog
            .observe(state.partition(), state.finishedJobs(), state.buffered() > 0, now)
            .ifPresent(
                stall ->
                    LOG.warn(
                        "{} has made no progress for {}: {} jobs wait or run, {}. Look for a"
                            + " handler that hangs, or give the job a timeout.",
                        state.partition(),
                        Durations.format(stall.since()),
                        state.buffered(),
                        running.oldest(state.tenure(), clocks.now())));
      }
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    if (!records.isEmpty()) {
      lastActivity = clocks.ticker().getAsLong();
      intake.take(records);
    }
  }

  private void collect() {
    int before = pending.size();
    completions.drainTo(pending, MAX_SETTLED_AT_ONCE - before);
    if (pending.size() > before) {
      lastActivity = clocks.ticker().getAsLong();
      pending.removeIf(
          attempt -> {
            if (isDropped(attempt) || isPutBack(attempt)) {
              return true;
            }
            return attempt.outcome() instanceof Outcome.UnknownType && unknownTypes.park(attempt);
          });
    }
  }

  private void settleIfWanted(long now) {
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

  private Settler.End settle(Set<PartitionState> touched) {
    List<PartitionState> claiming = touched.stream().filter(PartitionState::claiming).toList();
    List<Attempt> settled = new ArrayList<>();
    Settler.End end =
        settler.settle(
            new Settler.Batch(
                List.copyOf(pending),
                List.copyOf(announcements),
                touched,
                partitions.byPartition()),
            settled);
    announcements.clear();
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
    PartitionState state = partitions.of(attempt.tenure().partition());
    if (state == null || state.tenure() != attempt.tenure()) {
      return;
    }
    if (attempt.outcome() instanceof Outcome.AgainInPlace again) {
      Attempt next = attempt.again(again.nextAttempt());
      later(again.delayMs(), () -> readmit(next, attempt));
    } else {
      state.finished(attempt);
      dispatcher.releaseKey(attempt);
    }
  }

  private void readmit(Attempt attempt, Attempt before) {
    PartitionState state = partitions.of(attempt.tenure().partition());
    if (state == null || state.tenure() != attempt.tenure()) {
      dispatcher.releaseKey(before);
      return;
    }
    if (before.lingers()) {
      later(LOOK_AGAIN_MS, () -> readmit(attempt, before)); // two attempts never overlap
      return;
    }
    admission.admit(attempt, state);
    admission.flush();
  }

  private void later(long millis, Runnable action) {
    timers.at(clocks.ticker().getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis), action);
  }

  private void refuse(Attempt attempt, JobFailure failure) {
    if (attempt.end(runner.dead(attempt, failure))) {
      completions.add(attempt);
    }
  }

  @Override
  public void handOver(Collection<PartitionState> leaving) {
    Set<Object> tenures = Collections.newSetFromMap(new IdentityHashMap<>());
    for (PartitionState state : leaving) {
      state.tenure().close();
      tenures.add(state.tenure());
    }
    dispatcher.recheck(); // from here on no attempt of these partitions starts
    long until = clocks.ticker().getAsLong() + REVOKE_DRAIN_NANOS;
    while (running.any(tenures) && clocks.ticker().getAsLong() - until < 0) {
      completions.await(TimeUnit.MILLISECONDS.toNanos(5));
      collect();
    }
    running.abandon(tenures);
    collect();
    release(leaving, until);
    leaving.forEach(state -> state.tenure().end());
    dropPending();
    leaving.forEach(admission::removed);
    dispatcher.forgetClosed();
  }

  private void release(Collection<PartitionState> leaving, long until) {
    Set<PartitionState> owned = new LinkedHashSet<>();
    for (PartitionState state : leaving) {
      watchdog.forget(state.partition());
      if (state.owned()) {
        state.release();
        owned.add(state);
      }
    }
    if (owned.isEmpty() || alone.getAsBoolean()) {
      return;
    }
    Settler.End end = settle(owned);
    while (end == Settler.End.LATER && clocks.ticker().getAsLong() - until < 0) {
      completions.await(TimeUnit.MILLISECONDS.toNanos(50));
      end = settle(owned);
    }
  }

  @Override
  public void dropped(Collection<PartitionState> lost) {
    Set<Object> tenures = Collections.newSetFromMap(new IdentityHashMap<>());
    for (PartitionState state : lost) {
      state.tenure().end();
      tenures.add(state.tenure());
    }
    dispatcher.recheck();
    running.abandon(tenures);
    dropPending();
    lost.forEach(admission::removed);
    dispatcher.forgetClosed();
  }

  private void dropPending() {
    pending.removeIf(OwnerLoop::isDropped);
  }

  private static boolean isDropped(Attempt attempt) {
    if (attempt.tenure().held()) {
      return false;
    }
    attempt.lost();
    return true;
  }

  /** What nobody took is as if it had never been started. */
  private boolean isPutBack(Attempt attempt) {
    if (!(attempt.outcome() instanceof Outcome.Released)) {
      return false;
    }
    dispatcher.putBack(attempt.again(attempt.knownAttempt()));
    return true;
  }

  @Override
  public void assignmentChanged() {
    assignmentListener.run();
  }

  /** Takes no further job; turns go on until nothing runs, at most this long. */
  void drain(Duration most) {
    intake.stop(true);
    dispatcher.stop();
    long until = clocks.ticker().getAsLong() + most.toNanos();
    while (hasWork() && clocks.ticker().getAsLong() - until < 0) {
      turn();
    }
    Set<Object> all = Collections.newSetFromMap(new IdentityHashMap<>());
    partitions.all().forEach(state -> all.add(state.tenure()));
    running.abandon(all);
  }

  private boolean hasWork() {
    return dispatcher.running() > 0
        || (!alone.getAsBoolean() && (!completions.isEmpty() || !pending.isEmpty()));
  }

  /** The record that an attempt and its partition are made from. */
  interface PartitionFactory {
    /** The state of a newly assigned partition. */
    PartitionState state(TopicPartition partition);

    /** The attempt of a record. */
    Attempt attempt(ConsumerRecord<byte[], byte[]> record, PartitionState state);
  }
}
