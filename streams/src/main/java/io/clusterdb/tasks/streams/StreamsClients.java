package io.clusterdb.tasks.streams;

import io.clusterdb.tasks.kafka.Namesakes;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka clients for one application of Kafka Streams, as it makes them itself but for those of a
 * thread that reads jobs: its consumer looks for new queues at once, its producer tells what
 * commits take, both let it go on without the topics of queues that are deleted, and others see
 * whose a transaction is. For one instance of {@code KafkaStreams}. Thread-safe.
 */
public final class StreamsClients implements KafkaClientSupplier {
  private final QueueSignal signal;
  private final CommitTimes commits;
  private final OwnTransactions transactions;
  private final Namesakes namesakes;

  /** Each used by its own thread only: Kafka Streams calls all of its clients there. */
  private final ThreadLocal<TaskInputs> inputs;

  /**
   * Creates a supplier.
   *
   * @param admin asks for members, and ends the transactions of instances that have gone; is closed
   *     by its owner, after the application
   * @param application the application's id
   * @param what its instances are, for people, such as {@code schedulers}
   * @param signal tells consumers when a queue was created
   * @param commits is told of the commits, and when there is nothing to read
   */
  public StreamsClients(
      Admin admin, String application, String what, QueueSignal signal, CommitTimes commits) {
    this.signal = signal;
    this.commits = commits;
    this.transactions = new OwnTransactions(admin, application, what);
    this.namesakes = new Namesakes(admin, application);
    // Kafka Streams made them for this application, and nobody deletes them while it runs.
    this.inputs =
        ThreadLocal.withInitial(() -> new TaskInputs(topic -> topic.startsWith(application + "-")));
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new TimedProducer(OwnTransactions.named(config), commits, inputs);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new SignalledConsumer(config, signal, commits, inputs, transactions, namesakes);
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
