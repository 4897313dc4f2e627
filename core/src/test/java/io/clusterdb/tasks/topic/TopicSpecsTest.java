package io.clusterdb.tasks.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicSpecsTest {
  private final TopicSpecs specs = new TopicSpecs(new TopicNames("tasks"));

  @Test
  void jobsAreNeverDeletedByAge() {
    Queue queue = Queue.named("orders").partitions(3).priorities(Priority.HIGH).build();
    List<TopicSpec> work =
        List.of(specs.lane(queue, Priority.NORMAL), named("tasks.orders.retry", queue), delayed());
    assertThat(work)
        .allSatisfy(
            spec ->
                assertThat(spec.configs())
                    .containsEntry("cleanup.policy", "delete")
                    .containsEntry("retention.ms", "-1")
                    .containsEntry("retention.bytes", "-1"));
  }

  @Test
  void jobsAreStampedByTheBrokerSinceDelaysCountFromThere() {
    assertThat(delayed().configs()).containsEntry("message.timestamp.type", "LogAppendTime");
    assertThat(specs.lane(Queue.named("a").build(), Priority.LOW).configs())
        .containsEntry("message.timestamp.type", "LogAppendTime");
  }

  @Test
  void aQueueHasItsLanesItsRetriesAndItsDeadLetters() {
    Queue queue =
        Queue.named("orders").partitions(3).priorities(Priority.HIGH, Priority.LOW).build();
    assertThat(specs.of(queue))
        .extracting(TopicSpec::name, TopicSpec::partitions)
        .containsExactly(
            tuple("tasks.orders.high", 3),
            tuple("tasks.orders", 3),
            tuple("tasks.orders.low", 3),
            tuple("tasks.orders.retry", 3),
            tuple("tasks.orders.dlq", 1));
    assertThat(specs.of(queue).stream().map(TopicSpec::name).sorted())
        .isEqualTo(specs.names().allOf(queue).stream().sorted().toList());
  }

  @Test
  void deadLettersAreOneCompactedPartitionForLargerRecords() {
    Queue queue = Queue.named("orders").deadLetter(DeadLetter.to("shared-dlq")).build();
    TopicSpec dead = named("tasks.shared-dlq", queue);
    assertThat(dead.partitions()).isEqualTo(1);
    assertThat(dead.configs()).containsEntry("cleanup.policy", "compact");
    assertThat(maxBytes(dead)).isGreaterThan(maxBytes(specs.lane(queue, Priority.NORMAL)));
  }

  @Test
  void platformTopicsAreEachThereOnce() {
    assertThat(specs.platform(8))
        .extracting(TopicSpec::name)
        .containsExactly(
            "tasks.catalog",
            "tasks.events",
            "tasks.control",
            "tasks.replies",
            "tasks.delayed",
            "tasks.unique",
            "tasks.batches.commands",
            "tasks.workflows.commands",
            "tasks.workflows.events",
            "tasks.workflows.outcomes",
            "tasks.schedules.outcomes",
            "tasks.schedules.commands",
            "tasks.schedules.state",
            "tasks.alerts",
            "tasks.audit");
    assertThat(specs.catalog().configs()).containsEntry("cleanup.policy", "compact");
    assertThat(specs.catalog().partitions()).isEqualTo(1);
  }

  private TopicSpec delayed() {
    return specs.platform(8).stream()
        .filter(spec -> spec.name().equals("tasks.delayed"))
        .findFirst()
        .orElseThrow();
  }

  private TopicSpec named(String name, Queue queue) {
    return specs.of(queue).stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static int maxBytes(TopicSpec spec) {
    return Integer.parseInt(spec.configs().getOrDefault("max.message.bytes", "0"));
  }
}
