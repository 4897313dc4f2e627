package io.clusterdb.tasks.client;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.topic.TopicAdmin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears how jobs ended that this connection waits for. It starts when the first one is expected,
 * and reads every partition of the topic of replies from the end that it has then; records for
 * others are passed over by their key, {@code <instance>/<number>}. Thread-safe.
 */
final class ReplyListener implements Replies, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplyListener.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final Duration START = Duration.ofSeconds(15);

  private final String instance;
  private final TopicAdmin topics;
  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final PlatformCodec codec;
  private final String bootstrap;
  private final String topic;

  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentHashMap<String, Awaited<?, ?>> expected = new ConcurrentHashMap<>();
  private final ReentrantLock starting = new ReentrantLock();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Sealing sealing;
  private volatile @Nullable Consumer<byte[], byte[]> listening;
  private volatile @Nullable Thread thread;

  /**
   * Creates a listener.
   *
   * @param instance random name of the connection
   * @param topics creates the topic of replies
   * @param consumers makes a consumer without a group that reads what is committed
   */
  ReplyListener(
      String instance,
      TopicAdmin topics,
      Supplier<? extends Consumer<byte[], byte[]>> consumers,
      PlatformCodec codec,
      Sealing sealing,
      String bootstrap) {
    this.sealing = sealing;
    this.instance = instance;
    this.topics = topics;
    this.consumers = consumers;
    this.codec = codec;
    this.bootstrap = bootstrap;
    this.topic = topics.specs().replies().name();
  }

  /** What is waited for under one key, and how its record is read. */
  private record Awaited<R extends SpecificRecord, T>(
      Class<R> type, Function<R, T> read, CompletableFuture<T> result) {
    void complete(PlatformCodec codec, String topic, byte[] value) {
      result.complete(read.apply(codec.decode(topic, value, type)));
    }

    void fail(RuntimeException error) {
      result.completeExceptionally(error);
    }
  }

  @Override
  public Expected<TaskResult> expect() {
    return expect(JobOutcome.class, this::result);
  }

  /**
   * Expects an answer of this kind; when this returns, none can be missed.
   *
   * @param read makes the result, or throws the TasksException that it is
   */
  <R extends SpecificRecord, T> Expected<T> expect(Class<R> type, Function<R, T> read) {
    start();
    String key = instance + "/" + numbers.incrementAndGet();
    CompletableFuture<T> result = new CompletableFuture<>();
    expected.put(key, new Awaited<>(type, read, result));
    if (stop.getCount() == 0) {
      forget(key);
      throw Lazy.closedException();
    }
    return new Expected<>(key, result);
  }

  @Override
  public void forget(String replyKey) {
    expected.remove(replyKey);
  }

  @Override
  public void close() {
    stop.countDown();
    starting.lock();
    try {
      Consumer<byte[], byte[]> open = listening;
      if (open != null) {
        open.wakeup();
      }
      Thread running = thread;
      if (running != null) {
        running.join(POLL.plus(CLOSE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      starting.unlock();
    }
    expected.values().forEach(awaited -> awaited.fail(Lazy.closedException()));
    expected.clear();
  }

  private void start() {
    if (thread != null) {
      return;
    }
    starting.lock();
    try {
      if (stop.getCount() == 0) {
        throw Lazy.closedException();
      }
      if (thread == null) {
        topics.ensure(List.of(topics.specs().replies()));
        Consumer<byte[], byte[]> open = openAtEnd();
        listening = open;
        thread = Thread.ofPlatform().daemon().name("tasks-replies").start(() -> listen(open));
      }
    } finally {
      starting.unlock();
    }
  }

  private Consumer<byte[], byte[]> openAtEnd() {
    int count = topics.partitions(List.of(topic)).getOrDefault(topic, 1);
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(number -> new TopicPartition(topic, number)).toList();
    Consumer<byte[], byte[]> consumer = consumers.get();
    try {
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(partition -> consumer.position(partition, START)); // seeking is lazy
      return consumer;
    } catch (KafkaException e) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      throw KafkaErrors.of("listen to replies", bootstrap, e);
    }
  }

  private void listen(Consumer<byte[], byte[]> consumer) {
    try {
      while (stop.getCount() > 0) {
        poll(consumer);
      }
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE));
    }
  }

  private void poll(Consumer<byte[], byte[]> consumer) {
    try {
      consumer.poll(POLL).forEach(this::take);
    } catch (WakeupException e) {
      // Asked to stop.
    } catch (InvalidOffsetException e) {
      // So far behind that replies are gone, or the topic was made anew: what is there may be ours.
      consumer.seekToBeginning(e.partitions());
    } catch (RuntimeException e) {
      log.warn(
          "Cannot read replies from {} for now, and tries again; calls wait until their limit: {}",
          topic,
          e.getMessage());
      pause();
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    Awaited<?, ?> awaited = expected.remove(key);
    if (awaited == null) {
      return;
    }
    try {
      awaited.complete(codec, topic, record.value());
    } catch (TasksException e) {
      awaited.fail(e);
    } catch (RuntimeException e) {
      awaited.fail(KafkaErrors.of("read the reply " + key, bootstrap, e));
    }
  }

  private TaskResult result(JobOutcome outcome) {
    JobError error = outcome.getError();
    return new TaskResult(
        new JobId(outcome.getJobId(), outcome.getRun()),
        JobState.valueOf(outcome.getState().name()),
        outcome.getAttempt(),
        sealing.openResult(outcome.getResult()),
        error == null ? null : new JobFailure(error.getType(), error.getMessage()));
  }

  private void pause() {
    try {
      stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
