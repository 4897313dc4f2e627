package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the catalog, one writer at a time over all processes: a writer takes the one
 * transactional id, which fences whoever had it, reads to the end, decides, writes, commits. Who is
 * fenced starts again after a random pause. Thread-safe.
 */
public final class CatalogWriter {
  private static final Logger log = LoggerFactory.getLogger(CatalogWriter.class);
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  private final CatalogTopic topic;
  private final CatalogReader reader;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final CatalogRecords records;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration limit;
  private final ReentrantLock turn = new ReentrantLock(true);

  /**
   * Creates a writer.
   *
   * @param topic the catalog's topic
   * @param reader reads the catalog to its end before each decision
   * @param producers makes a producer with the catalog's transactional id
   * @param clock stamps definitions
   * @param random spreads writers that met
   * @param limit how long one change may take
   */
  public CatalogWriter(
      CatalogTopic topic,
      CatalogReader reader,
      Supplier<Producer<byte[], byte[]>> producers,
      InstantSource clock,
      RandomGenerator random,
      Duration limit) {
    this.topic = topic;
    this.reader = reader;
    this.producers = producers;
    this.records = new CatalogRecords(topic.partition().topic());
    this.clock = clock;
    this.random = random;
    this.limit = limit;
  }

  /**
   * Makes the changes that are decided on, and waits until this process reads them.
   *
   * @return the catalog with the changes
   * @throws TasksException what the decision throws; CONFLICT if others changed the catalog all the
   *     time; UNREACHABLE, FORBIDDEN
   */
  public CatalogSnapshot change(CatalogDecision decision) {
    long deadline = System.nanoTime() + limit.toNanos();
    // Threads of one process take turns instead of fencing each other.
    turn.lock();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          return attempt(decision);
        } catch (KafkaException e) {
          if (isFinal(e)) {
            throw KafkaErrors.of("change the catalog", topic.bootstrap(), e);
          }
          log.debug("Attempt {} to change the catalog failed, trying again.", attempt, e);
          pause(attempt, deadline, e);
        }
      }
    } finally {
      turn.unlock();
    }
  }

  private CatalogSnapshot attempt(CatalogDecision decision) {
    CatalogSnapshot before = reader.latest();
    if (decision.decide(before).isEmpty()) {
      return before;
    }
    Producer<byte[], byte[]> producer = producers.get();
    try {
      producer.initTransactions();
      CatalogSnapshot catalog = reader.latest();
      List<CatalogChange> changes = decision.decide(catalog);
      return changes.isEmpty() ? catalog : reader.awaitRecord(write(producer, catalog, changes));
    } finally {
      // What is committed is committed, and nothing else is worth a wait.
      producer.close(Duration.ZERO);
    }
  }

  /** Writes all or nothing; returns the offset of the last record. */
  private long write(
      Producer<byte[], byte[]> producer, CatalogSnapshot catalog, List<CatalogChange> changes) {
    producer.beginTransaction();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (CatalogChange change : changes) {
      sent.add(producer.send(records.record(catalog, change, clock.instant())));
    }
    producer.commitTransaction();
    try {
      return sent.getLast().get().offset();
    } catch (InterruptedException | ExecutionException e) {
      throw KafkaErrors.of("change the catalog", topic.bootstrap(), e);
    }
  }

  private static boolean isFinal(KafkaException error) {
    return switch (KafkaErrors.of("", "", error).code()) {
      case FORBIDDEN, INVALID_PAYLOAD, CANCELLED -> true;
      default -> false;
    };
  }

  private void pause(int attempt, long deadline, @Nullable KafkaException cause) {
    long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 10));
    if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(most) > deadline) {
      throw giveUp(cause);
    }
    try {
      TimeUnit.MILLISECONDS.sleep(random.nextLong(most + 1));
    } catch (InterruptedException e) {
      throw KafkaErrors.of("change the catalog", topic.bootstrap(), e);
    }
  }

  private TasksException giveUp(@Nullable KafkaException cause) {
    if (cause != null) {
      TasksException mapped = KafkaErrors.of("change the catalog", topic.bootstrap(), cause);
      if (mapped.code() == ErrorCode.UNREACHABLE) {
        return mapped;
      }
    }
    return new TasksException(
        ErrorCode.CONFLICT,
        "could not change the catalog within %d s, since others changed it again and again (%s). Try again."
            .formatted(limit.toSeconds(), cause == null ? "" : cause.getMessage()),
        cause);
  }
}
