package io.clusterdb.tasks.scheduler.housekeeping;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes tombstones of dead letters that are older than they are kept. A letter's key is never used
 * again, so a tombstone too many does no harm: neither two instances at once nor a replay meanwhile
 * can go wrong. Used by one thread.
 */
final class DeadLetterExpiry {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterExpiry.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final TasksRuntime runtime;
  private final TopicOffsets offsets;

  /** Below these offsets everything has its tombstone. */
  private final Map<TopicPartition, Long> done = new HashMap<>();

  DeadLetterExpiry(TasksRuntime runtime, TopicOffsets offsets) {
    this.runtime = runtime;
    this.offsets = offsets;
  }

  /**
   * Expires what is due.
   *
   * @param kept how long each topic keeps its letters
   */
  void round(Map<String, Duration> kept) {
    Map<TopicPartition, Long> starts =
        offsets.starts(
            runtime.topics().existing(kept.keySet()).stream()
                .map(topic -> new TopicPartition(topic, 0))
                .toList());
    done.keySet().retainAll(starts.keySet());
    starts.forEach(
        (partition, start) -> {
          Duration keep = kept.get(partition.topic());
          if (keep != null) {
            expire(partition, start, runtime.clock().millis() - keep.toMillis());
          }
        });
  }

  /** Of one partition: all before the first record that is young enough. */
  private void expire(TopicPartition partition, long start, long oldest) {
    long end = offsets.ends(Set.of(partition)).getOrDefault(partition, 0L);
    long young = offsets.since(Set.of(partition), Math.max(0, oldest)).getOrDefault(partition, 0L);
    long before = young == TopicOffsets.NONE ? end : Math.min(young, end);
    Long known = done.get(partition);
    if (known != null && known > before) {
      known = null; // The topic was made anew.
    }
    long from = known == null ? start : Math.max(start, known);
    if (from < before) {
      Letters letters = new Letters(before);
      long reached = read(partition, from, known == null ? end : before, letters);
      bury(partition.topic(), letters.keys);
      done.put(partition, Math.min(before, reached));
    }
  }

  /**
   * Keys of letters below an offset. Tombstones further on count too, since each new instance would
   * else write anew what compaction has not come to yet.
   */
  private static final class Letters implements Consumer<ConsumerRecord<byte[], byte[]>> {
    private final Set<Bytes> keys = new LinkedHashSet<>();
    private final long before;

    private Letters(long before) {
      this.before = before;
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> record) {
      if (record.key() == null) {
        return;
      }
      Bytes key = Bytes.wrap(record.key());
      if (record.value() == null) {
        keys.remove(key);
      } else if (record.offset() < before) {
        keys.add(key);
      }
    }
  }

  /** Says up to where it came: what an open transaction holds back is left to the next round. */
  private long read(
      TopicPartition partition,
      long from,
      long end,
      Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    Map<String, Object> settings = Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    try (KafkaConsumer<byte[], byte[]> consumer = runtime.clients().consumer(settings)) {
      consumer.assign(Set.of(partition));
      consumer.seek(partition, from);
      long reached = from;
      while (reached < end) {
        consumer.poll(POLL).forEach(sink);
        long position = consumer.position(partition);
        if (position == reached) {
          break;
        }
        reached = position;
      }
      return reached;
    }
  }

  private void bury(String topic, Set<Bytes> keys) {
    if (keys.isEmpty()) {
      return;
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>(keys.size());
    Map<String, Object> settings = Map.of(ProducerConfig.LINGER_MS_CONFIG, 5);
    try (KafkaProducer<byte[], byte[]> producer = runtime.clients().producer(settings)) {
      for (Bytes key : keys) {
        sent.add(producer.send(new ProducerRecord<>(topic, 0, key.get(), null)));
      }
      producer.flush();
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw KafkaErrors.of("expire dead letters", runtime.config().bootstrap(), e);
    }
    log.info("{} dead letters of {} expired", keys.size(), topic);
  }
}
