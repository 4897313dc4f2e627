package io.clusterdb.tasks.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the answers of single brokers come to; what they do is for a real one. */
class DeadInstancesTest {
  private final Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1"));
  private final DeadInstances instances = new DeadInstances(admin, "group", "workers", id -> null);
  private final KafkaFutureImpl<Collection<TransactionListing>> one = new KafkaFutureImpl<>();
  private final KafkaFutureImpl<Collection<TransactionListing>> other = new KafkaFutureImpl<>();

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void aLookIsOverWhenEveryBrokerWasHeard() {
    CompletableFuture<@Nullable Void> end = look();
    one.complete(List.of());
    assertThat(end).isNotDone();
    other.complete(List.of());
    assertThat(end).isCompleted();
  }

  @Test
  void oneThatWasNotHeardIsSaidSo() {
    CompletableFuture<@Nullable Void> end = look();
    one.complete(List.of());
    other.completeExceptionally(new DisconnectException("a broker is away"));
    assertThat(end).isCompletedExceptionally();
  }

  private CompletableFuture<@Nullable Void> look() {
    Map<Integer, KafkaFuture<Collection<TransactionListing>>> brokers = Map.of(1, one, 2, other);
    return instances.endAll(brokers).toCompletableFuture();
  }
}
