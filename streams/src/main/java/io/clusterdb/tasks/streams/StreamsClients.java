package io.clusterdb.tasks.streams;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka clients for Kafka Streams, as it makes them itself but for those of a thread that reads
 * jobs: its consumer looks for new queues at once, its producer tells what commits take, and both
 * let it go on without the topics of queues that are deleted. For one instance of {@code
 * KafkaStreams}. Thread-safe.
 */
public final class StreamsClients implements KafkaClientSupplier {
  private final QueueSignal signal;
  private final CommitTimes commits;

  /** Each used by its own thread only: Kafka Streams calls all of its clients there. */
  private final ThreadLocal<TaskInputs> inputs = ThreadLocal.withInitial(TaskInputs::new);

  /**
   * Creates it.
   *
   * @param signal tells those when a queue was created
   * @param commits is told of the commits, and when there is nothing to read
   */
  public StreamsClients(QueueSignal signal, CommitTimes commits) {
    this.signal = signal;
    this.commits = commits;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new TimedProducer(config, commits, inputs);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new SignalledConsumer(config, signal, commits, inputs);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
