package io.clusterdb.tasks.it;

import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.testkit.EventLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the testkit's {@link EventLog} knew and judged at one moment. */
final class EventOracle {
  private final List<JobEvent> events;
  private final List<String> breaches;

  private EventOracle(List<JobEvent> events, List<String> breaches) {
    this.events = events;
    this.breaches = breaches;
  }

  static EventOracle read(String bootstrap, String prefix) {
    try (EventLog log = EventLog.of(TasksConfig.of(bootstrap).prefix(prefix))) {
      return new EventOracle(log.all(), log.breaches());
    }
  }

  /** Every breach of a guarantee, as text; empty when all is well. */
  List<String> breaches() {
    return breaches;
  }

  /** Jobs whose runs ended in this state, by id. */
  Set<String> ended(JobState state) {
    return ids(event -> event.getState() == state);
  }

  /** Jobs with a terminal event, by id. */
  Set<String> ended() {
    return ids(event -> io.clusterdb.tasks.JobState.valueOf(event.getState().name()).terminal());
  }

  /** Jobs of a queue with a terminal event, by id. */
  Set<String> endedOf(String queue) {
    return ids(
        event ->
            event.getQueue().equals(queue)
                && io.clusterdb.tasks.JobState.valueOf(event.getState().name()).terminal());
  }

  private Set<String> ids(Predicate<JobEvent> wanted) {
    return events.stream().filter(wanted).map(JobEvent::getJobId).collect(Collectors.toSet());
  }

  /** The events of the only run of a job. */
  List<JobEvent> of(String jobId) {
    return events.stream().filter(event -> event.getJobId().equals(jobId)).toList();
  }

  /** Reads a topic as readers of what is committed see it, from its start to its end. */
  static final class Log {
    private Log() {}

    static List<ConsumerRecord<byte[], byte[]>> read(String bootstrap, String topic) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      Map<String, Object> settings =
          Map.of(
              "bootstrap.servers",
              bootstrap,
              "isolation.level",
              "read_committed",
              "auto.offset.reset",
              "earliest",
              "enable.auto.commit",
              false);
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
            .anyMatch(
                partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
          consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
      }
      return records;
    }
  }
}
