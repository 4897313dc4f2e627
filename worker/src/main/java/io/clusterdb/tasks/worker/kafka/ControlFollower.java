package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.schemas.RegistryException;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.worker.engine.Cancellations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the commands to jobs, without a group: every process hears all of them. It begins with
 * every command that the topic still keeps, so that a restart forgets none.
 */
public final class ControlFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlFollower.class);

  /** About 20 MB of commands. */
  private static final int MOST_JOBS = 100_000;

  private static final Duration LOAD = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final long PAUSE_MS = 200;

  private final TasksRuntime runtime;
  private final String topic;
  private final Cancellations cancellations = new Cancellations(MOST_JOBS);
  private final Consumer<byte[], byte[]> consumer;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch loaded = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private volatile @Nullable RuntimeException refused;
  private @Nullable Thread thread;
  private boolean complained;
  private boolean overflowed;

  private ControlFollower(TasksRuntime runtime) {
    this.runtime = runtime;
    this.topic = runtime.names().control();
    this.consumer =
        runtime.clients().consumer(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
  }

  /**
   * Starts to read every command that there is, and waits for that a while. Where brokers or the
   * registry are away, it goes on in the background: who runs jobs waits with {@link #awaitLoaded}.
   *
   * @throws io.clusterdb.tasks.TasksException FORBIDDEN, CANCELLED
   */
  public static ControlFollower start(TasksRuntime runtime) {
    ControlFollower follower = new ControlFollower(runtime);
    follower.thread = Thread.ofPlatform().daemon().name("tasks-control").start(follower::run);
    try {
      if (!follower.told.await(LOAD.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "The commands to jobs in {} could not be read within {} s. No job starts before they"
                + " are, lest one runs that was cancelled; reading them goes on.",
            follower.topic,
            LOAD.toSeconds());
      }
    } catch (InterruptedException e) {
      follower.close();
      throw KafkaErrors.of("read the commands to jobs", runtime.config().bootstrap(), e);
    }
    RuntimeException no = follower.refused;
    if (no != null) {
      follower.close();
      throw KafkaErrors.of("read the commands to jobs", runtime.config().bootstrap(), no);
    }
    return follower;
  }

  /**
   * Waits until every command is known that was there at the start.
   *
   * @return whether it is
   */
  boolean awaitLoaded(Duration wait) throws InterruptedException {
    return loaded.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the commands say. */
  public Cancellations cancellations() {
    return cancellations;
  }

  private void run() {
    try {
      while (stop.getCount() > 0 && loaded.getCount() > 0) {
        tryToLoad();
      }
      while (stop.getCount() > 0) {
        follow();
      }
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE));
    }
  }

  private void tryToLoad() {
    try {
      load();
      loaded.countDown();
      told.countDown();
    } catch (WakeupException e) {
      // Asked to stop.
    } catch (RuntimeException e) {
      if (KafkaErrors.of("", "", e).code() == ErrorCode.FORBIDDEN) {
        refused = e;
        told.countDown();
      }
      complain(e);
      pause();
    }
  }

  private void load() {
    List<TopicPartition> partitions = partitions();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
    while (stop.getCount() > 0 && !reached(ends)) {
      try {
        take(consumer.poll(Duration.ofMillis(200)));
      } catch (RegistryException e) {
        complain(e);
        pause();
      }
    }
    complained = false;
  }

  private List<TopicPartition> partitions() {
    int count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    if (count == 0) {
      runtime.topics().ensurePlatformTopics();
      count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    }
    if (count == 0) {
      throw new TimeoutException("topic " + topic + " was created and is not there yet");
    }
    return IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
  }

  private boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), ANSWER) >= end.getValue());
  }

  private void follow() {
    try {
      take(consumer.poll(POLL));
      complained = false;
    } catch (WakeupException e) {
      // Asked to stop.
    } catch (InvalidOffsetException e) {
      consumer.seekToBeginning(e.partitions());
    } catch (RuntimeException e) {
      complain(e);
      pause();
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    RegistryException away = null;
    for (TopicPartition partition : records.partitions()) {
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        try {
          take(record);
        } catch (RegistryException e) {
          consumer.seek(partition, record.offset()); // the registry comes back
          away = e;
          break;
        }
      }
    }
    if (away != null) {
      throw away;
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    JobCommand command;
    try {
      command = runtime.platformCodec().decode(topic, record.value(), JobCommand.class);
    } catch (RegistryException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn(
          "Skipping offset {} of {}-{}, which is no command to a job: {}",
          record.offset(),
          topic,
          record.partition(),
          e.getMessage());
      return;
    }
    if (command.getKind() == JobCommandKind.CANCEL) {
      add(command);
    }
  }

  private void add(JobCommand command) {
    String forgotten =
        cancellations.add(
            new Cancellations.Cancellation(
                command.getCommandId(),
                command.getJobId(),
                command.getRun(),
                command.getAt().toEpochMilli(),
                command.getReason()));
    if (forgotten != null && !overflowed) {
      overflowed = true;
      LOG.warn(
          "Of more than {} jobs that are to be cancelled, the longest known are forgotten, job {}"
              + " first: what of them is still queued here will run. Cancel it again.",
          MOST_JOBS,
          forgotten);
    }
  }

  private void complain(RuntimeException error) {
    if (!complained) {
      complained = true;
      LOG.warn("Cannot read commands from {} for now: {}", topic, error.getMessage());
    }
  }

  private void pause() {
    try {
      stop.await(PAUSE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it, and waits for that. */
  @Override
  public void close() {
    stop.countDown();
    consumer.wakeup();
    Thread running = thread;
    try {
      if (running != null) {
        running.join(POLL.plus(CLOSE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
