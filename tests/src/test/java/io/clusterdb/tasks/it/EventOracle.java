package io.clusterdb.tasks.it;

import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the event log from its start and judges it: each attempt has at most one outcome, and a run
 * has exactly one terminal event.
 */
final class EventOracle {
  private final Map<String, List<JobEvent>> byRun = new LinkedHashMap<>();

  private EventOracle() {}

  static EventOracle read(String bootstrap, String prefix) {
    EventOracle oracle = new EventOracle();
    for (ConsumerRecord<byte[], byte[]> record : Log.read(bootstrap, prefix + ".events")) {
      JobEvent event =
          PlatformCodec.singleObject().decode(record.topic(), record.value(), JobEvent.class);
      oracle
          .byRun
          .computeIfAbsent(event.getJobId() + "/" + event.getRun(), any -> new ArrayList<>())
          .add(event);
    }
    return oracle;
  }

  /** Every breach of a guarantee, as text; empty when all is well. */
  List<String> breaches() {
    List<String> breaches = new ArrayList<>();
    byRun.forEach(
        (run, events) -> {
          Set<Integer> outcomes = new HashSet<>();
          int terminal = 0;
          for (JobEvent event : events) {
            if (isOutcome(event.getState()) && !outcomes.add(event.getAttempt())) {
              breaches.add(run + " has two outcomes of attempt " + event.getAttempt());
            }
            terminal += isTerminal(event.getState()) ? 1 : 0;
          }
          if (terminal > 1) {
            breaches.add(run + " has " + terminal + " terminal events");
          }
        });
    return breaches;
  }

  private static boolean isOutcome(JobState state) {
    return isTerminal(state) || state == JobState.RETRYING;
  }

  private static boolean isTerminal(JobState state) {
    return state == JobState.SUCCEEDED || state == JobState.DEAD || state == JobState.CANCELLED;
  }

  /** Jobs whose runs ended in this state, by id. */
  Set<String> ended(JobState state) {
    Set<String> ids = new HashSet<>();
    byRun
        .values()
        .forEach(
            events ->
                events.forEach(
                    event -> {
                      if (event.getState() == state) {
                        ids.add(event.getJobId());
                      }
                    }));
    return ids;
  }

  /** Jobs with a terminal event, by id. */
  Set<String> ended() {
    Set<String> ids = ended(JobState.SUCCEEDED);
    ids.addAll(ended(JobState.DEAD));
    ids.addAll(ended(JobState.CANCELLED));
    return ids;
  }

  /** The events of the only run of a job. */
  List<JobEvent> of(String jobId) {
    return byRun.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(jobId + "/"))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
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
