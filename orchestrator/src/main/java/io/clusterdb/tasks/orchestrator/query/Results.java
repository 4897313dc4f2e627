package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads results that are too long for the tracker's stores from the log of events. Thread-safe. */
public final class Results {
  private static final Logger log = LoggerFactory.getLogger(Results.class);

  private final TasksRuntime runtime;
  private final LogRecords records;

  /** Reads by these. */
  public Results(TasksRuntime runtime, LogRecords records) {
    this.runtime = runtime;
    this.records = records;
  }

  /** The result of a run, where it was left out of the store; null where not, or if it is gone. */
  @Nullable String leftOut(RunState run) {
    if (run.last() == null || !run.last().execution().resultLeftOut()) {
      return null;
    }
    try {
      return read(run.last().standing().place());
    } catch (KafkaException e) {
      log.warn(
          "A result could not be read from the log of events, and is shown as absent: {}",
          e.getMessage());
      return null;
    }
  }

  private @Nullable String read(Place place) {
    String topic = runtime.names().events();
    ConsumerRecord<byte[], byte[]> record =
        records.read(new TopicPartition(topic, place.partition()), place.offset());
    return record == null
        ? null
        : runtime.platformCodec().decode(topic, record.value(), JobEvent.class).getResult();
  }
}
