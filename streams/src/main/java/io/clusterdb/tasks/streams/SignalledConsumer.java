package io.clusterdb.tasks.streams;

import io.clusterdb.tasks.kafka.Namesakes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig.InternalConfig;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.internals.assignment.ReferenceContainer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer that looks for topics of its pattern as soon as a queue was created, that has Kafka
 * Streams go on when one was deleted, and that says when there is nothing to read. A consumer
 * otherwise learns of a topic when its metadata are too old, and asking often would have the
 * brokers describe every topic of the cluster each time. Subscribing again to the same pattern
 * changes nothing but that it asks at once. What Kafka Streams asks about a partition whose topic
 * was deleted, and which its tasks keep, is answered as if nothing had come from there since.
 * Confined to one thread, like every consumer.
 */
final class SignalledConsumer extends KafkaConsumer<byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(SignalledConsumer.class);

  /** The broker that is asked first may not know of the new topics yet. */
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long new partitions wait for brokers that are asked for open transactions. */
  private static final Duration BROKERS = Duration.ofSeconds(1);

  private final QueueSignal signal;
  private final CommitTimes times;
  private final ThreadLocal<TaskInputs> inputs;
  private final Misses misses;
  private final OwnTransactions transactions;
  private final Namesakes namesakes;
  private final String client;
  private final @Nullable String instance;
  private boolean member;

  /** By which id the group knew it until it left to join anew; empty where that is not known. */
  private String left = "";

  private long seen;
  private boolean again;
  private long againAt;
  private @Nullable Pattern pattern;
  private @Nullable GoneTopics listener;

  /**
   * Creates it.
   *
   * @param inputs what the thread's tasks read
   * @param transactions those of the application's threads
   * @param namesakes members with the name of another
   */
  SignalledConsumer(
      Map<String, Object> settings,
      QueueSignal signal,
      CommitTimes times,
      ThreadLocal<TaskInputs> inputs,
      OwnTransactions transactions,
      Namesakes namesakes) {
    super(keeping(settings, inputs), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.signal = signal;
    this.times = times;
    this.inputs = inputs;
    this.transactions = transactions;
    this.namesakes = namesakes;
    this.instance = (String) settings.get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    this.client = String.valueOf(settings.get(ConsumerConfig.CLIENT_ID_CONFIG));
    this.misses = new Misses(assignmentCode(settings));
    this.seen = signal.changes();
  }

  private static Map<String, Object> keeping(
      Map<String, Object> settings, ThreadLocal<TaskInputs> inputs) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, KeepingAssignor.class.getName());
    all.put(KeepingAssignor.INPUTS, inputs);
    return all;
  }

  /** One that nobody reads, if Kafka Streams no longer hands out its own. */
  private static AtomicInteger assignmentCode(Map<String, Object> settings) {
    return settings.get(InternalConfig.REFERENCE_CONTAINER_PARTITION_ASSIGNOR)
            instanceof ReferenceContainer streams
        ? streams.assignmentErrorCode
        : new AtomicInteger();
  }

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener told) {
    super.subscribe(topics, heeding(told));
  }

  @Override
  public void subscribe(Pattern wanted, ConsumerRebalanceListener told) {
    pattern = wanted;
    listener =
        new GoneTopics(heeding(told), this::subscription, this::assignment, inputs.get(), misses);
    super.subscribe(wanted, listener);
  }

  private ConsumerRebalanceListener heeding(ConsumerRebalanceListener told) {
    if (!member) {
      member = true;
      endWhatTheLastOneLeftOpen();
    }
    return new LeavingPartitions(
        new FencedFirst(told, transactions::endOfDead, BROKERS), inputs.get());
  }

  private void endWhatTheLastOneLeftOpen() {
    try {
      transactions.endOfLast(client).toCompletableFuture().get();
    } catch (ExecutionException e) {
      LOG.warn(
          "Whether what the last process of {} may have left open has ended is not known; at the"
              + " latest it does by its timeout: {}",
          client,
          String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * As in the interface.
   *
   * @throws TaskMigratedException if a topic was deleted that was being read: what was read and is
   *     not committed is dropped, and read again
   * @throws FencedInstanceIdException if another process has its name
   */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    refuseTakenName();
    long changes = signal.changes();
    if (changes != seen) {
      seen = changes;
      look();
      again = true;
      againAt = System.nanoTime() + AGAIN_NANOS;
    } else if (again && System.nanoTime() - againAt >= 0) {
      again = false;
      look();
    }
    ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
    times.polled(records.count());
    Set<String> gone = listener == null ? Set.of() : listener.take();
    if (!gone.isEmpty()) {
      throw new StartOver(gone);
    }
    inputs.get().offsets().read(records);
    if (inputs.get().anyGone()) {
      inputs.get().back(records.nextOffsets().keySet());
    }
    return records;
  }

  /** It would take its name back by joining anew. */
  private void refuseTakenName() {
    String own = left;
    left = "";
    if (instance != null && namesakes.exist(this::hasName, own)) {
      throw new FencedInstanceIdException("another member has the name " + instance);
    }
  }

  private boolean hasName(MemberDescription other) {
    return other.groupInstanceId().equals(Optional.ofNullable(instance));
  }

  /** Its tasks are closed by now. */
  @Override
  public void unsubscribe() {
    left = groupMetadata().memberId();
    super.unsubscribe();
    inputs.get().clear();
  }

  @Override
  public long position(TopicPartition partition) {
    return inputs.get().gone(partition) ? 0 : super.position(partition);
  }

  @Override
  public long position(TopicPartition partition, Duration timeout) {
    return inputs.get().gone(partition) ? 0 : super.position(partition, timeout);
  }

  @Override
  public OptionalLong currentLag(TopicPartition partition) {
    return inputs.get().gone(partition) ? OptionalLong.empty() : super.currentLag(partition);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> found = super.committed(had(partitions));
    inputs.get().offsets().found(found);
    return found;
  }

  @Override
  public void seekToBeginning(Collection<TopicPartition> partitions) {
    super.seekToBeginning(had(partitions));
  }

  @Override
  public void seekToEnd(Collection<TopicPartition> partitions) {
    super.seekToEnd(had(partitions));
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    super.pause(had(partitions));
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    super.resume(had(partitions));
  }

  /** Without those that it was not given since their topics were deleted. */
  private Set<TopicPartition> had(Collection<TopicPartition> partitions) {
    Set<TopicPartition> had = new HashSet<>(partitions);
    TaskInputs own = inputs.get();
    if (own.anyGone()) {
      Set<TopicPartition> assigned = assignment();
      had.removeIf(partition -> own.gone(partition) && !assigned.contains(partition));
    }
    return had;
  }

  private void look() {
    Pattern wanted = pattern;
    ConsumerRebalanceListener told = listener;
    if (wanted != null && told != null) {
      super.subscribe(wanted, told);
    }
  }

  /**
   * Has Kafka Streams drop its tasks and join again; it is no error, and logged without a trace.
   */
  private static final class StartOver extends TaskMigratedException {
    private static final long serialVersionUID = 1;

    StartOver(Set<String> gone) {
      super(
          "Topics " + gone + " were deleted, and the others are read again from what is committed");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
