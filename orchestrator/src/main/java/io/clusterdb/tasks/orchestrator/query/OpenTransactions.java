package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.client.TasksRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds transactions that have been open for long: what was written behind their first record
 * reaches no reader until they end. Used by one thread.
 */
final class OpenTransactions {
  /** Twice the timeout of a worker's transactions: it takes an accident to get so old. */
  private static final Duration LONG = Duration.ofSeconds(10);

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MOST = 20;

  private final TasksRuntime runtime;

  /**
   * Such a transaction on one topic.
   *
   * @param owner its transactional id
   */
  record Held(String topic, String owner, Duration age) {}

  OpenTransactions(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  /** Those on the platform's topics, the oldest first. */
  List<Held> look() throws ExecutionException, InterruptedException, TimeoutException {
    ListTransactionsOptions options =
        new ListTransactionsOptions()
            .filterStates(List.of(TransactionState.ONGOING))
            .filterOnDuration(LONG.toMillis());
    Collection<TransactionListing> open = get(runtime.admin().listTransactions(options).all());
    List<String> ids = open.stream().map(TransactionListing::transactionalId).toList();
    List<Held> held = new ArrayList<>();
    if (!ids.isEmpty()) {
      Map<String, TransactionDescription> all =
          get(runtime.admin().describeTransactions(ids).all());
      all.forEach((id, found) -> add(held, id, found));
    }
    held.sort(Comparator.comparing(Held::age).reversed());
    return held.size() <= MOST ? held : held.subList(0, MOST);
  }

  private void add(List<Held> held, String id, TransactionDescription found) {
    if (found.transactionStartTimeMs().isEmpty()) {
      return; // It has ended since it was listed.
    }
    long age = runtime.clock().millis() - found.transactionStartTimeMs().getAsLong();
    String prefix = runtime.names().prefix() + ".";
    found.topicPartitions().stream()
        .map(TopicPartition::topic)
        .distinct()
        .filter(topic -> topic.startsWith(prefix))
        .forEach(topic -> held.add(new Held(topic, id, Duration.ofMillis(Math.max(0, age)))));
  }

  private static <T> T get(KafkaFuture<T> answer)
      throws ExecutionException, InterruptedException, TimeoutException {
    return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
