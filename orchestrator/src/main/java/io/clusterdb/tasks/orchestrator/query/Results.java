package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads results that are too long for the tracker's stores from the log of events. Thread-safe. */
public final class Results implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Results.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final TasksRuntime runtime;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** Reads with this connection's settings. */
  public Results(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  /** The result of a run, where it was left out of the store; null where not, or if it is gone. */
  @Nullable String leftOut(RunState run) {
    if (run.last() == null || !run.last().execution().resultLeftOut()) {
      return null;
    }
    lock.lock();
    try {
      JobEvent event = read(run.last().standing().place());
      return event == null ? null : event.getResult();
    } catch (KafkaException e) {
      log.warn(
          "A result could not be read from the log of events, and is shown as absent: {}",
          e.getMessage());
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable JobEvent read(Place place) {
    KafkaConsumer<byte[], byte[]> reader = consumer;
    if (reader == null) {
      reader =
          runtime
              .clients()
              .consumer(
                  Map.of(
                      ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                      1,
                      ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                      "earliest"));
      consumer = reader;
    }
    String topic = runtime.names().events();
    TopicPartition partition = new TopicPartition(topic, place.partition());
    reader.assign(List.of(partition));
    reader.seek(partition, place.offset());
    for (ConsumerRecord<byte[], byte[]> record : reader.poll(LIMIT)) {
      if (record.offset() == place.offset()) {
        return runtime.platformCodec().decode(topic, record.value(), JobEvent.class);
      }
    }
    return null;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (consumer != null) {
        consumer.close();
        consumer = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
