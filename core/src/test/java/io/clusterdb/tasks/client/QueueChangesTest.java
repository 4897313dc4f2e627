package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogChange.PutQueue;
import io.clusterdb.tasks.catalog.CatalogChange.PutType;
import io.clusterdb.tasks.catalog.CatalogChange.Remove;
import io.clusterdb.tasks.catalog.CatalogKey;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class QueueChangesTest {
  private static final Queue ORDERS = Queue.named("orders").partitions(4).build();
  private static final Queue SHARING =
      Queue.named("sharing").deadLetter(DeadLetter.to("shared-dlq")).build();

  private static CatalogSnapshot catalog(Queue... queues) {
    return new CatalogSnapshot(
        1,
        Stream.of(queues).collect(Collectors.toMap(Queue::name, queue -> queue)),
        Map.of("a", TaskDefinition.of("a")),
        Set.of());
  }

  @Test
  void aNewQueueIsWritten() {
    assertThat(QueueChanges.create(catalog(), ORDERS)).containsExactly(new PutQueue(ORDERS));
  }

  @Test
  void creatingTheSameAgainChangesNothing() {
    assertThat(QueueChanges.create(catalog(ORDERS), Queue.named("orders").partitions(4).build()))
        .isEmpty();
  }

  @Test
  void creatingAnotherOfTheNameConflicts() {
    assertCode(
        ErrorCode.CONFLICT,
        () -> QueueChanges.create(catalog(ORDERS), Queue.named("orders").build()));
  }

  @Test
  void anUpdateKeepsThePartitions() {
    Queue wanted = Queue.named("orders").partitions(99).concurrency(3).build();
    assertThat(QueueChanges.update(catalog(ORDERS), wanted))
        .containsExactly(new PutQueue(wanted.toBuilder().partitions(4).build()));
    assertThat(QueueChanges.update(catalog(ORDERS), Queue.named("orders").build())).isEmpty();
  }

  @Test
  void whatIsNotThereCannotBeUpdatedOrDeleted() {
    assertCode(ErrorCode.QUEUE_NOT_FOUND, () -> QueueChanges.update(catalog(), ORDERS));
    assertCode(ErrorCode.QUEUE_NOT_FOUND, () -> QueueChanges.delete(catalog(), "orders"));
  }

  @Test
  void deletingRemovesWhatOperatorsWantedToo() {
    assertThat(QueueChanges.delete(catalog(ORDERS), "orders"))
        .containsExactly(
            new Remove(CatalogKey.queue("orders")), new Remove(CatalogKey.queueState("orders")));
  }

  @Test
  void aQueueAndADeadLetterQueueCannotShareAName() {
    assertCode(
        ErrorCode.CONFLICT,
        () -> QueueChanges.create(catalog(SHARING), Queue.named("shared-dlq").build()));
    assertCode(
        ErrorCode.CONFLICT,
        () ->
            QueueChanges.create(
                catalog(ORDERS), Queue.named("b").deadLetter(DeadLetter.to("orders")).build()));
  }

  @Test
  void deadLettersAreSharedOnlyWhileAnotherQueueUsesThem() {
    Queue other = Queue.named("other").deadLetter(DeadLetter.to("shared-dlq")).build();
    assertThat(QueueChanges.shares(catalog(SHARING, other), "shared-dlq", "sharing")).isTrue();
    assertThat(QueueChanges.shares(catalog(SHARING, ORDERS), "shared-dlq", "sharing")).isFalse();
  }

  @Test
  void aTypeIsWrittenOnlyIfItChanges() {
    assertThat(QueueChanges.register(catalog(), TaskDefinition.of("a"))).isEmpty();
    TaskDefinition changed = TaskDefinition.of("a").queue("orders");
    assertThat(QueueChanges.register(catalog(), changed)).containsExactly(new PutType(changed));
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TasksException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void partitionsAreAddedAndNeverTakenAway() {
    assertThat(QueueChanges.addPartitions(catalog(ORDERS), "orders", 9))
        .containsExactly(new PutQueue(ORDERS.toBuilder().partitions(9).build()));
    assertThat(QueueChanges.addPartitions(catalog(ORDERS), "orders", 4)).isEmpty();
    assertCode(ErrorCode.CONFLICT, () -> QueueChanges.addPartitions(catalog(ORDERS), "orders", 3));
    assertCode(ErrorCode.QUEUE_NOT_FOUND, () -> QueueChanges.addPartitions(catalog(), "orders", 3));
  }

  @Test
  void aQueueThatOrdersByKeyGetsPartitionsWhilePausedOnly() {
    Queue ordered = ORDERS.toBuilder().ordering(Ordering.KEY).build();
    CatalogSnapshot open = catalog(ordered);
    assertCode(ErrorCode.CONFLICT, () -> QueueChanges.addPartitions(open, "orders", 9));
    CatalogSnapshot paused = new CatalogSnapshot(1, open.queues(), open.types(), Set.of("orders"));
    assertThat(QueueChanges.addPartitions(paused, "orders", 9)).hasSize(1);
  }
}
