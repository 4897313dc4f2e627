package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Asks the brokers who works on a queue. Thread-safe. */
public final class WorkerQueries {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final TasksRuntime runtime;

  /** Asks by this connection. */
  public WorkerQueries(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The members of a queue's group, by instance.
   *
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE
   */
  public JsonNode of(String queue) {
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode workers = node.putArray("workers");
    String prefix = runtime.names().workerTransactionalIds(queue);
    members(queue).stream()
        .sorted(Comparator.comparing(MemberDescription::clientId))
        .forEach(member -> workers.add(json(member, prefix)));
    return node;
  }

  private static ObjectNode json(MemberDescription member, String prefix) {
    String id = member.clientId();
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("instance", id.startsWith(prefix) ? id.substring(prefix.length()) : id);
    node.put("host", member.host().replaceFirst("^/", ""));
    ArrayNode partitions = node.putArray("partitions");
    member.assignment().topicPartitions().stream()
        .sorted(
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
        .forEach(each -> partitions.add(each.toString()));
    return node;
  }

  private List<MemberDescription> members(String queue) {
    String group = runtime.names().group(queue);
    try {
      List<MemberDescription> found = new ArrayList<>();
      for (KafkaFuture<ConsumerGroupDescription> each :
          runtime.admin().describeConsumerGroups(List.of(group)).describedGroups().values()) {
        found.addAll(each.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS).members());
      }
      return found;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw KafkaErrors.of("look at workers", runtime.config().bootstrap(), e);
    } catch (InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("look at workers", runtime.config().bootstrap(), e);
    }
  }
}
