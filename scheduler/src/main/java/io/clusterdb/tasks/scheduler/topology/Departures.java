package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.UniqueKeyText;
import io.clusterdb.tasks.scheduler.engine.DueQueue.Exit;
import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.streams.routing.Route;
import io.clusterdb.tasks.streams.routing.Router;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends jobs out of one partition of the scheduler. Used by the partition's thread. */
final class Departures {
  private static final Logger log = LoggerFactory.getLogger(Departures.class);

  /** How long a job waits whose topic is not there now, before it is tried again. */
  private static final long AGAIN_MS = 1_000;

  private static final Duration WARN_EVERY = Duration.ofSeconds(30);

  private final ProcessorContext<byte[], Outgoing> context;
  private final String sink;
  private final Router router;
  private final TopicNames names;
  private final Seldom warnings;

  Departures(
      ProcessorContext<byte[], Outgoing> context,
      String sink,
      TopicNames names,
      Router router,
      LongSupplier ticker) {
    this.context = context;
    this.sink = sink;
    this.names = names;
    this.router = router;
    this.warnings = new Seldom(ticker, WARN_EVERY.toNanos());
  }

  /**
   * Sends a job that is due to its queue, or to the dead letters if it can never get there.
   *
   * @param now the scheduler's clock
   * @return {@link Exit#GONE}, or when to try again
   */
  long leave(WaitingJob job, long now) {
    return switch (router.decide(job.queue(), job.lane(), job.bytes())) {
      case Route.To to -> {
        send(to.topic(), job.key(), job.value(), job.headers());
        yield Exit.GONE;
      }
      case Route.Wait wait -> {
        warn("A job waits on: {}", wait.reason());
        yield now + AGAIN_MS;
      }
      case Route.Refuse refuse -> {
        bury(job, refuse.code(), refuse.reason());
        yield Exit.GONE;
      }
    };
  }

  /** Sends a job that is due to its queue; false if that is not possible now. */
  boolean leaveAtOnce(WaitingJob job) {
    if (router.decide(job.queue(), job.lane(), job.bytes()) instanceof Route.To to) {
      send(to.topic(), job.key(), job.value(), job.headers());
      return true;
    }
    return false;
  }

  /**
   * Sends a job to its queue if its time has come and that is possible, else to those that wait.
   */
  void leaveOrWait(WaitingJob job, long notBefore, long now) {
    if (notBefore > now || !leaveAtOnce(job)) {
      delay(job, notBefore);
    }
  }

  /** Sends a job to those that wait. */
  void delay(WaitingJob job, long notBefore) {
    switch (router.toDelayed(job.bytes())) {
      case Route.To to -> {
        RecordHeaders headers = new RecordHeaders(job.headers());
        if (notBefore > 0) {
          headers.add(JobHeaders.NOT_BEFORE, HeaderText.bytes(notBefore));
        }
        send(to.topic(), HeaderText.bytes(job.id()), job.value(), headers);
      }
      case Route.Refuse refuse -> bury(job, refuse.code(), refuse.reason());
      case Route.Wait wait -> throw new IllegalStateException(wait.reason());
    }
  }

  /**
   * Sends a record whose headers cannot be read to its queue as it is: the worker there finds the
   * same fault, and makes the dead letter and its event as for every other job.
   *
   * @param queue its queue
   * @param fault what is wrong with it
   */
  void malformed(Record<byte[], byte[]> record, RecordMetadata at, String queue, String fault) {
    int bytes = WaitingJob.bytes(record.headers(), record.value());
    if (router.decide(queue, Priority.NORMAL, bytes) instanceof Route.To to) {
      send(to.topic(), record.key(), record.value(), record.headers());
    } else {
      String id = JobRecordReader.placeId(at.topic(), at.partition(), at.offset());
      bury(id, record.headers(), record.value(), ErrorCode.INVALID_RECORD, fault);
    }
  }

  /** Makes a dead letter of a record that is no job and cannot be read. */
  void unreadable(Record<byte[], byte[]> record, RecordMetadata at, String fault) {
    String place = JobRecordReader.placeId(at.topic(), at.partition(), at.offset());
    bury(place, record.headers(), record.value(), ErrorCode.INVALID_RECORD, fault);
  }

  /** Writes one of the platform's own records. */
  void emit(String topic, byte[] key, byte[] value) {
    send(topic, key, value, new RecordHeaders());
  }

  /** Frees the unique key that a job held. */
  void release(WaitingJob job) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.UNIQUE_RELEASED, HeaderText.bytes(job.run()));
    String key = UniqueKeyText.of(job.queue(), String.valueOf(job.text(JobHeaders.UNIQUE_KEY)));
    send(names.unique(), HeaderText.bytes(key), null, headers);
  }

  private void bury(WaitingJob job, ErrorCode code, String reason) {
    bury(job.id() + "/" + job.run(), job.headers(), job.value(), code, reason);
  }

  private void bury(
      String key, Headers headers, byte @Nullable [] value, ErrorCode code, String reason) {
    String message = new TasksException(code, reason).getMessage();
    warn("A job goes to the scheduler's dead letters: {}", message);
    RecordHeaders dead = new RecordHeaders(headers);
    set(dead, JobHeaders.ERROR_TYPE, code.name());
    set(dead, JobHeaders.ERROR_MESSAGE, message);
    set(dead, JobHeaders.FAILED_AT, Long.toString(context.currentSystemTimeMs()));
    send(names.schedulerDeadLetters(), HeaderText.bytes(key), value, dead);
  }

  private static void set(Headers headers, String name, @Nullable String text) {
    headers.remove(name);
    headers.add(name, HeaderText.bytes(text == null ? "" : text));
  }

  private void send(String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    context.forward(
        new Record<>(key, new Outgoing(topic, value), context.currentSystemTimeMs(), headers),
        sink);
  }

  private void warn(String text, @Nullable String detail) {
    if (warnings.now()) {
      log.warn(text + " (and {} more since the last such warning)", detail, warnings.skipped());
    }
  }
}
