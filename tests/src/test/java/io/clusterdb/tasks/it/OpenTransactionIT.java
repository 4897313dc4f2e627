package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.BrokerClient.PATIENCE;
import static io.clusterdb.tasks.it.BrokerClient.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.client.TasksRuntime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A transaction that a worker has left open holds every reader of the outcomes back: one that lives
 * names it, and ends it long before its timeout does.
 */
@NullUnmarked // fields are set before each test
class OpenTransactionIT {
  private static final byte[] SOMETHING = {1};

  @RegisterExtension private final SharedBroker shared = new SharedBroker();
  private BrokerClient platform;
  private TasksRuntime runtime;

  @BeforeEach
  void connect() {
    platform = shared.client();
    runtime = TasksRuntime.of(platform.tasks());
  }

  @Test
  void workerThatLivesNamesAndEndsWhatADeadOneLeftOpen() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("q").partitions(2).build());
    String dead = runtime.names().workerTransactionalIds("q") + "dead";
    String stranger = platform.prefix() + ".stranger";
    TopicPartition outcomes = new TopicPartition(runtime.names().events(), 0);
    TopicPartition elsewhere = new TopicPartition(runtime.names().queue("q"), 0);
    try (KafkaProducer<byte[], byte[]> left = openOn(dead, outcomes);
        KafkaProducer<byte[], byte[]> other = openOn(stranger, elsewhere);
        LogCapture log = LogCapture.start();
        Processor processor =
            Processor.on(platform.tasks())
                .queue("q")
                .handler("Echo", String.class, (text, context) -> text)
                .start()) {
      Awaitility.await().atMost(PATIENCE).until(() -> heldBack(outcomes) == 0);
      assertThat(log.text())
          .containsOnlyOnce("Ending the open transactions of workers that have gone")
          .contains("readers need not wait: [" + dead + "]");
      assertThatThrownBy(left::commitTransaction)
          .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
      assertThat(heldBack(elsewhere)).as("what is no worker's is its owner's").isEqualTo(1);
      other.abortTransaction();
      accepted(
          platform
              .tasks()
              .queues()
              .enqueue(List.of(Job.of("Echo", "x").id("after").queue("q").build())));
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(platform.oracle().ended()).contains("after");
  }

  /** A producer that has begun a transaction there, with the longest timeout that brokers allow. */
  private KafkaProducer<byte[], byte[]> openOn(String id, TopicPartition partition)
      throws Exception {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                platform.bootstrap(),
                "transactional.id",
                id,
                "transaction.timeout.ms",
                "900000"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer
        .send(new ProducerRecord<>(partition.topic(), partition.partition(), null, SOMETHING))
        .get();
    return producer;
  }

  /** How many records there are that readers of what is committed cannot get to yet. */
  private long heldBack(TopicPartition partition) throws Exception {
    return end(partition, IsolationLevel.READ_UNCOMMITTED)
        - end(partition, IsolationLevel.READ_COMMITTED);
  }

  private long end(TopicPartition partition, IsolationLevel level) throws Exception {
    return runtime
        .admin()
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level))
        .partitionResult(partition)
        .get()
        .offset();
  }
}
