package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.worker.engine.Admission;
import io.clusterdb.tasks.worker.engine.Delivery;
import io.clusterdb.tasks.worker.run.Attempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes what a poll returned, and holds partitions back while enough waits: too many jobs or bytes
 * of a lane, or more holes than a commit can hold.
 */
final class Intake {
  private static final int ROOM_TO_RESUME = 200;
  private static final long MAX_BYTES = 64L << 20;

  /**
   * So many times what one settlement takes, or what runs at once: enough that slots stay busy from
   * one settlement to the next, and no more, since what waits survives collections of garbage,
   * which cost a fifth of the worker's time when 20,000 jobs waited always.
   */
  private static final int BUFFERED_TIMES = 4;

  private static final int LEAST_BUFFERED = 2_000;
  private static final int MOST_BUFFERED = 100_000;

  private final Consumer<byte[], byte[]> consumer;
  private final Partitions partitions;
  private final Admission<Attempt> admission;
  private final BiFunction<ConsumerRecord<byte[], byte[]>, PartitionState, Attempt> factory;
  private final Map<Priority, Load> loads = new EnumMap<>(Priority.class);
  private int maxBuffered = LEAST_BUFFERED;
  private int concurrency;
  private int settledAtOnce;
  private boolean stopped;

  /** What waits or runs of one lane. */
  private static final class Load {
    private int jobs;
    private long bytes;
  }

  Intake(
      Consumer<byte[], byte[]> consumer,
      Partitions partitions,
      Admission<Attempt> admission,
      BiFunction<ConsumerRecord<byte[], byte[]>, PartitionState, Attempt> factory) {
    this.consumer = consumer;
    this.partitions = partitions;
    this.admission = admission;
    this.factory = factory;
    for (Priority lane : Priority.values()) {
      loads.put(lane, new Load());
    }
  }

  /** Slots to keep busy. */
  void concurrency(int jobs) {
    concurrency = jobs;
    limitBuffered();
  }

  /** Learns how many jobs a settlement takes; what was seen fades with time. */
  void settled(int jobs) {
    settledAtOnce = Math.max(jobs, settledAtOnce - settledAtOnce / 16);
    limitBuffered();
  }

  private void limitBuffered() {
    long wanted = (long) BUFFERED_TIMES * Math.max(concurrency, settledAtOnce);
    maxBuffered = Math.clamp(wanted, LEAST_BUFFERED, MOST_BUFFERED);
  }

  /** Takes no further record, or goes on. */
  void stop(boolean value) {
    stopped = value;
  }

  /** Takes records. */
  void take(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      PartitionState state = partitions.of(partition);
      if (state != null && state.owned() && state.tenure().open()) {
        take(records.records(partition), state);
      }
    }
    admission.flush();
  }

  private void take(List<ConsumerRecord<byte[], byte[]>> records, PartitionState state) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Delivery delivery = state.tracker().deliver(record.offset());
      if (delivery == Delivery.FULL) {
        state.full(true);
        consumer.seek(state.partition(), record.offset());
        return;
      }
      if (delivery == Delivery.RUN) {
        Attempt attempt = factory.apply(record, state);
        state.buffered(attempt);
        admission.admit(attempt, state);
      }
    }
  }

  /** Passes what no record stands for, such as the markers of transactions at the log's end. */
  boolean passMarkers(PartitionState state) {
    long position = consumer.position(state.partition());
    if (position > state.tracker().position()) {
      state.tracker().passed(position);
    }
    return state.tracker().base() > state.committedBase();
  }

  /** Pauses and resumes partitions as their loads ask for. */
  void regulate() {
    loads.values().forEach(load -> clear(load));
    for (PartitionState state : partitions.all()) {
      Load load = of(state.lane());
      load.jobs += state.buffered();
      load.bytes += state.bufferedBytes();
    }
    Set<TopicPartition> paused = consumer.paused();
    Collection<TopicPartition> toPause = new ArrayList<>(0);
    Collection<TopicPartition> toResume = new ArrayList<>(0);
    for (PartitionState state : partitions.all()) {
      boolean hold = holds(state);
      if (hold != paused.contains(state.partition())) {
        (hold ? toPause : toResume).add(state.partition());
      }
    }
    if (!toPause.isEmpty()) {
      consumer.pause(toPause);
    }
    if (!toResume.isEmpty()) {
      consumer.resume(toResume);
    }
  }

  private boolean holds(PartitionState state) {
    if (stopped || !state.owned() || !state.tenure().open()) {
      return true;
    }
    if (state.full()) {
      state.full(!state.tracker().hasRoomFor(ROOM_TO_RESUME));
    }
    Load load = of(state.lane());
    return state.full() || load.jobs >= maxBuffered || load.bytes >= MAX_BYTES;
  }

  /** Partitions that are owned, to seek to where they go on. */
  Set<TopicPartition> owned() {
    Set<TopicPartition> owned = new HashSet<>();
    partitions
        .all()
        .forEach(
            state -> {
              if (state.owned()) {
                owned.add(state.partition());
              }
            });
    return owned;
  }

  private Load of(Priority lane) {
    Load load = loads.get(lane);
    if (load == null) {
      throw new IllegalStateException("no lane " + lane);
    }
    return load;
  }

  private static void clear(Load load) {
    load.jobs = 0;
    load.bytes = 0;
  }
}
