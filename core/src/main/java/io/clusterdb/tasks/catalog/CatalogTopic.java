package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.topic.TopicAdmin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * The catalog's topic as seen through an admin client, whose connection, unlike a consumer's, never
 * waits behind a fetch. Thread-safe.
 */
public final class CatalogTopic {
  private final Supplier<Admin> admin;
  private final TopicAdmin topics;
  private final String bootstrap;
  private final TopicPartition partition;

  /**
   * Creates it.
   *
   * @param admin gives the client to use
   * @param topics creates the topic
   * @param bootstrap addresses of the brokers, for messages
   */
  public CatalogTopic(Supplier<Admin> admin, TopicAdmin topics, String bootstrap) {
    this.admin = admin;
    this.topics = topics;
    this.bootstrap = bootstrap;
    this.partition = new TopicPartition(topics.specs().catalog().name(), 0);
  }

  TopicPartition partition() {
    return partition;
  }

  String bootstrap() {
    return bootstrap;
  }

  void ensure() {
    topics.ensure(List.of(topics.specs().catalog()));
  }

  /** The end of what is committed. */
  long end(Duration limit) {
    try {
      return admin
          .get()
          .listOffsets(
              Map.of(partition, OffsetSpec.latest()),
              new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)
                  .timeoutMs((int) limit.toMillis()))
          .partitionResult(partition)
          .get(limit.toMillis(), TimeUnit.MILLISECONDS)
          .offset();
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("read the catalog", bootstrap, e);
    }
  }
}
