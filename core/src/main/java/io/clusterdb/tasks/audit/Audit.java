package io.clusterdb.tasks.audit;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.Acknowledged;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.AuditOutcome;
import io.clusterdb.tasks.schemas.avro.AuditRecord;
import io.clusterdb.tasks.schemas.avro.AuditVia;
import io.clusterdb.tasks.topic.TopicAdmin;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes who changes what. A record is with the brokers before the change is begun, so that there
 * is none without one, wherever the process dies; a change that cannot be recorded is not begun.
 * Thread-safe.
 */
public final class Audit {
  private static final Logger log = LoggerFactory.getLogger(Audit.class);

  /** As the catalog: written whether a registry answers or not. */
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();

  private final TopicAdmin topics;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;
  private final InstantSource clock;
  private final Supplier<String> ids;
  private final Actor process;
  private final String bootstrap;
  private volatile boolean topicIsThere;

  /**
   * Creates it.
   *
   * @param ids makes a random id for each command
   * @param process who acts where no caller is named
   */
  public Audit(
      TopicAdmin topics,
      Supplier<? extends Producer<byte[], byte[]>> producer,
      InstantSource clock,
      Supplier<String> ids,
      Actor process,
      String bootstrap) {
    this.topics = topics;
    this.producer = producer;
    this.clock = clock;
    this.ids = ids;
    this.process = process;
    this.bootstrap = bootstrap;
  }

  /** Makes a change with its record, which comes first. */
  public void run(String command, String target, Runnable change) {
    Object unused =
        of(
            command,
            target,
            () -> {
              change.run();
              return true;
            });
  }

  /**
   * Makes a change with its record, which comes first.
   *
   * @param command such as {@code queue.pause}
   * @param target what is changed
   * @throws TasksException UNREACHABLE or FORBIDDEN if the record cannot be written; what the
   *     change throws
   */
  public <T> T of(String command, String target, Supplier<T> change) {
    AuditRecord record = record(command, target);
    write(record);
    try {
      return change.get();
    } catch (RuntimeException e) {
      refused(record, e instanceof TasksException known ? known.code() : ErrorCode.INTERNAL);
      throw e;
    }
  }

  /** Notes what a caller was refused before anything was begun; a failure of that is logged. */
  public void refused(String command, String target, ErrorCode code) {
    refused(record(command, target), code);
  }

  /** The exception that is under way says more than one of the audit would. */
  private void refused(AuditRecord record, ErrorCode code) {
    record.setOutcome(AuditOutcome.REFUSED);
    record.setCode(code.name());
    try {
      write(record);
    } catch (TasksException e) {
      log.warn(
          "That {} of {} was refused ({}) could not be recorded: {}",
          record.getCommand(),
          record.getTarget(),
          code,
          e.getMessage());
    }
  }

  private AuditRecord record(String command, String target) {
    @Nullable Actor caller = Actor.current();
    Actor actor = caller == null ? process : caller;
    AuditRecord record = new AuditRecord();
    record.setId(ids.get());
    record.setAt(clock.instant());
    record.setActor(actor.name());
    record.setVia(actor.http() ? AuditVia.HTTP : AuditVia.DIRECT);
    record.setCommand(command);
    record.setTarget(target.length() > 300 ? target.substring(0, 300) : target);
    record.setOutcome(AuditOutcome.ACCEPTED);
    return record;
  }

  private void write(AuditRecord record) {
    String topic = topics.specs().names().audit();
    if (!topicIsThere) {
      topics.ensure(List.of(topics.specs().audit()));
      topicIsThere = true;
    }
    byte[] key = HeaderText.bytes(record.getTarget());
    var unused =
        Acknowledged.send(
            producer.get(),
            new ProducerRecord<>(topic, key, CODEC.encode(topic, record)),
            "record %s of %s in %s".formatted(record.getCommand(), record.getTarget(), topic),
            bootstrap);
  }
}
