package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then which lanes of a queue have a topic, declared or not: a producer that knows
 * Kafka alone may have put jobs into one. One small request each time, on a thread of its own, by
 * which it is known as well whether any broker answers.
 */
final class LaneWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LaneWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final int ANSWER_MS = 3_000;

  private final Admin admin;
  private final TopicNames names;
  private final Supplier<Queue> queue;
  private final BrokerWatch brokers;
  private final Runnable found;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Set<Priority> existing = Set.of();

  /**
   * Creates a watch; nothing happens before {@link #start}.
   *
   * @param queue the definition as it is now
   * @param found is told, on the watch's thread, when {@link #existing} has changed
   */
  LaneWatch(
      Admin admin, TopicNames names, Supplier<Queue> queue, BrokerWatch brokers, Runnable found) {
    this.admin = admin;
    this.names = names;
    this.queue = queue;
    this.brokers = brokers;
    this.found = found;
  }

  /** Lanes that have a topic, as far as is known. */
  Set<Priority> existing() {
    return existing;
  }

  /** Looks on, until it is closed. */
  void start() {
    Thread.ofVirtual().name("tasks-lanes-" + queue.get().name()).start(this::run);
  }

  private void run() {
    try {
      while (!stop.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        Set<Priority> before = existing;
        look();
        if (!before.equals(existing)) {
          found.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once; what is known stays where no broker answers. */
  void look() throws InterruptedException {
    Queue now = queue.get();
    List<String> topics = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      topics.add(names.queue(now.name(), lane));
    }
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                TopicCollection.ofTopicNames(topics),
                new DescribeTopicsOptions().timeoutMs(ANSWER_MS))
            .topicNameValues();
    Set<Priority> seen = EnumSet.noneOf(Priority.class);
    try {
      for (Priority lane : Priority.values()) {
        KafkaFuture<TopicDescription> answer = asked.get(names.queue(now.name(), lane));
        if (answer != null && exists(answer) && mayHave(now, lane)) {
          seen.add(lane);
        }
      }
      brokers.answered();
      existing = Set.copyOf(seen);
    } catch (ExecutionException | TimeoutException e) {
      if (KafkaErrors.isUnreachable(e)) {
        brokers.silent();
      }
      LOG.debug("The lanes of queue {} cannot be looked up now", now.name(), e);
    }
  }

  /** Lanes overtake each other, so a queue that orders by key has one. */
  private static boolean mayHave(Queue queue, Priority lane) {
    return lane == Priority.NORMAL || queue.ordering() != Ordering.KEY;
  }

  private static boolean exists(KafkaFuture<TopicDescription> answer)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      answer.get(2L * ANSWER_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    stop.countDown();
  }
}
