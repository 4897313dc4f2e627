package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.schemas.RegistryException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic of alerts: anybody reads it, one process at a time writes it. Thread-safe, its writer
 * is not.
 */
public final class AlertTopic {
  private static final Logger log = LoggerFactory.getLogger(AlertTopic.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Those that fire first, then the newest. */
  private static final Comparator<Alert> ORDER =
      Comparator.comparing(Alert::state)
          .thenComparing(Alert::firedAt, Comparator.reverseOrder())
          .thenComparing(Alert::key);

  private final TasksRuntime runtime;
  private final String topic;

  /** The topic of this connection's platform. */
  public AlertTopic(TasksRuntime runtime) {
    this.runtime = runtime;
    this.topic = runtime.names().alerts();
  }

  /** As people want to see them: those that fire first, then the newest. */
  public static List<Alert> sorted(Collection<Alert> alerts) {
    return alerts.stream().sorted(ORDER).toList();
  }

  /**
   * The last alert of each rule and queue, by its key, as of now.
   *
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  public Map<String, Alert> read() {
    if (runtime.topics().existing(List.of(topic)).isEmpty()) {
      return Map.of();
    }
    Map<String, Alert> alerts = new LinkedHashMap<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (LogReader reader = new LogReader(runtime, "alerts", List.of(partition))) {
      Map<TopicPartition, Long> ends = reader.ends();
      reader.toStart();
      while (!reader.reached(ends)) {
        reader.poll(POLL).forEach(record -> take(alerts, record));
      }
    }
    return alerts;
  }

  private void take(Map<String, Alert> alerts, ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      alerts.remove(key);
      return;
    }
    try {
      alerts.put(
          key,
          AlertRecords.read(
              runtime
                  .platformCodec()
                  .decode(topic, record.value(), io.clusterdb.tasks.schemas.avro.Alert.class)));
    } catch (RegistryException e) {
      // Not skipped: an alert that is forgotten would fire twice, or never be over.
      throw KafkaErrors.of("read alerts", runtime.config().bootstrap(), e);
    } catch (SerializationException | IllegalArgumentException e) {
      log.warn(
          "Skipping offset {} of {}, which is no alert that this version reads: {}",
          record.offset(),
          topic,
          e.getMessage());
    }
  }

  /**
   * Takes the right to write away from whoever had it: what that one begins to write from now on
   * fails.
   *
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  public Writer takeOver() {
    Producer<byte[], byte[]> producer =
        runtime.clients().producer(ClientSettings.alertsProducer(runtime.names()));
    try {
      producer.initTransactions();
      return new Writer(producer);
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw KafkaErrors.of("take over the alerts", runtime.config().bootstrap(), e);
    }
  }

  /** The one process that writes; of one thread. */
  public final class Writer implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;

    private Writer(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }

    /**
     * Writes all of this or nothing.
     *
     * @param alerts as they are now
     * @param gone keys of those that are to be forgotten
     * @throws TasksException if another process writes by now, or the brokers do not answer: then
     *     whether it was written is not known, and this writer is of no more use
     */
    public void write(Collection<Alert> alerts, Collection<String> gone) {
      try {
        producer.beginTransaction();
        for (Alert alert : alerts) {
          send(alert.key(), runtime.platformCodec().encode(topic, AlertRecords.write(alert)));
        }
        gone.forEach(key -> send(key, null));
        producer.commitTransaction();
      } catch (SerializationException e) {
        throw new TasksException(ErrorCode.INTERNAL, "an alert could not be written", e);
      } catch (KafkaException e) {
        throw KafkaErrors.of("write alerts", runtime.config().bootstrap(), e);
      }
    }

    private void send(String key, byte @Nullable [] value) {
      var unused = producer.send(new ProducerRecord<>(topic, 0, HeaderText.bytes(key), value));
    }

    /** Ends at once: what is committed is committed. */
    @Override
    public void close() {
      producer.close(Duration.ZERO);
    }
  }
}
