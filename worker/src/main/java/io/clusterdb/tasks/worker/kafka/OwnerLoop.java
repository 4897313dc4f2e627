package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.worker.engine.Admission;
import io.clusterdb.tasks.worker.engine.Exclusive;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import io.clusterdb.tasks.worker.run.Clocks;
import io.clusterdb.tasks.worker.run.Dispatcher;
import io.clusterdb.tasks.worker.run.Slots;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner thread's loop: poll, settle, poll. It alone touches consumer, producer and the state of
 * partitions.
 */
final class OwnerLoop implements Partitions.Handover {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerLoop.class);
  private static final long REVOKE_DRAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long ACTIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** So long after something came a slot may take it unseen. */
  private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String queue;
  private final Consumer<byte[], byte[]> consumer;
  private final Partitions partitions;
  private final Intake intake;
  private final Admission<Attempt> admission;
  private final Settlements settlements;
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

  private final Settler settler;
  private final Leftover leftover;
  private final StallWatch stalls;

  private long lastActivity;

  /** What the loop works with. */
  record Parts(
      String queue,
      Consumer<byte[], byte[]> consumer,
      Takeovers takeovers,
      BooleanSupplier namesakes,
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
      BooleanSupplier alone,
      @Nullable WorkerMeters meters,
      SettleSpans spans) {}

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
                partitions,
                (attempt, reason) ->
                    refuse(attempt, new JobFailure(ErrorCode.WORKER_CRASHED.name(), reason))),
            parts.exclusive());
    this.intake = new Intake(consumer, partitions, admission, parts.factory()::attempt);
    this.running = new RunningJobs(dispatcher, slots, runner, completions);
    this.unknownTypes = new UnknownTypes(parts.unknownTypeGrace(), timers, runner, completions);
    this.leftover = new Leftover(consumer, partitions, unknownTypes);
    this.settler =
        new Settler(
            parts.producer(),
            parts.takeovers(),
            consumer::groupMetadata,
            parts.namesakes(),
            (attempt, reason, resort) ->
                attempt.replaceOutcome(runner.unsettled(attempt, reason, resort)));
    this.settlements =
        new Settlements(
            new Settlements.Parts(
                consumer,
                partitions,
                intake,
                admission,
                settler,
                dispatcher,
                completions,
                unknownTypes,
                timers,
                clocks,
                parts.meters(),
                parts.spans()));
    this.stalls = new StallWatch(partitions, running, clocks);
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

  /** What others see of it, with gauges in these meters; null for none. */
  WorkerView view(@Nullable Meters meters) {
    return new WorkerView(
        new WorkerView.Parts(
            queue, consumer, partitions, dispatcher, slots, stalls, unknownTypes, alone),
        meters,
        clocks.ticker().getAsLong());
  }

  Leftover leftover() {
    return leftover;
  }

  /**
   * One turn.
   *
   * @throws NameTakenException if another worker has the name of this one
   */
  void turn() {
    partitions.adopt();
    intake.regulate();
    take(poll());
    long now = clocks.ticker().getAsLong();
    timers.run(now);
    running.check(clocks.now(), settlements.announcements());
    stalls.look(now);
    if (settlements.collect()) {
      lastActivity = clocks.ticker().getAsLong();
    }
    settlements.settleIfWanted(now);
    leftover.look(now, dispatcher.running() == 0 && settlements.isEmpty());
    if (settler.nameTaken()) {
      throw new NameTakenException(); // not where it is found: the consumer may be calling
    }
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
          "Records of queue {} were removed before they were consumed; it goes on with the next"
              + " ones. Check who deletes records of its topics: {}",
          queue,
          e.getMessage());
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
    if (settlements.isDue(now)) {
      return 0;
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(100);
    for (PartitionState state : partitions.all()) {
      if (!state.owned()) {
        nanos = TimeUnit.MILLISECONDS.toNanos(5);
      }
    }
    if (busy || settlements.hasPending()) {
      // The longer nothing happens, the less often it is looked whether a handler has ended.
      long quiet = now - lastActivity;
      nanos = quiet < ACTIVE_NANOS ? 0 : Math.min(TimeUnit.MILLISECONDS.toNanos(10), quiet / 2);
    }
    nanos = Math.min(nanos, timers.nanosUntilNext(now));
    return Math.min(nanos, dispatcher.tick());
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    if (!records.isEmpty()) {
      lastActivity = clocks.ticker().getAsLong();
      intake.take(records);
    }
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
      settlements.collect();
    }
    running.abandon(tenures);
    settlements.collect();
    release(leaving, until);
    leaving.forEach(state -> state.tenure().end());
    settlements.dropLost();
    dispatcher.forgetClosed();
    leaving.forEach(admission::removed);
  }

  private void release(Collection<PartitionState> leaving, long until) {
    Set<PartitionState> owned = new LinkedHashSet<>();
    for (PartitionState state : leaving) {
      stalls.forget(state.partition());
      if (state.owned()) {
        state.release();
        owned.add(state);
      }
    }
    if (owned.isEmpty() || alone.getAsBoolean()) {
      return;
    }
    Settler.End end = settlements.settle(owned);
    while (end == Settler.End.LATER && clocks.ticker().getAsLong() - until < 0) {
      completions.await(TimeUnit.MILLISECONDS.toNanos(50));
      end = settlements.settle(owned);
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
    settlements.dropLost();
    dispatcher.forgetClosed();
    lost.forEach(admission::removed);
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
    return dispatcher.running() > 0 || (!alone.getAsBoolean() && !settlements.isEmpty());
  }

  /** The record that an attempt and its partition are made from. */
  interface PartitionFactory {
    /** The state of a newly assigned partition. */
    PartitionState state(TopicPartition partition);

    /** The attempt of a record. */
    Attempt attempt(ConsumerRecord<byte[], byte[]> record, PartitionState state);
  }
}
