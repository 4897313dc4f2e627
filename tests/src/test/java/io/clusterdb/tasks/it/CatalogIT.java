package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogKey;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.Endpoints;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CatalogIT {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static TasksRuntime connect(String prefix) {
    return TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap()).prefix(prefix)));
  }

  @Test
  void everyWriterOfManyConnectionsSucceeds() {
    int connections = 3;
    int threads = 4;
    int changes = 3;
    List<TasksRuntime> open = new ArrayList<>();
    try {
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int c = 0; c < connections; c++) {
        TasksRuntime tasks = connect("crowd");
        open.add(tasks);
        for (int t = 0; t < threads; t++) {
          String type = "type-" + c + "-" + t;
          writers.add(
              CompletableFuture.runAsync(
                  () -> {
                    for (int i = 1; i <= changes; i++) {
                      tasks
                          .tasks()
                          .registerTask(TaskDefinition.of(type).timeout(Duration.ofSeconds(i)));
                    }
                  }));
        }
      }
      CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).join();

      for (TasksRuntime tasks : open) {
        CatalogSnapshot catalog = tasks.catalog().latest();
        assertThat(catalog.types()).hasSize(connections * threads);
        assertThat(catalog.types().values())
            .allMatch(type -> Duration.ofSeconds(changes).equals(type.timeout()));
        assertThat(catalog.version(CatalogKey.task("type-0-0"))).isEqualTo(changes);
      }
    } finally {
      open.forEach(Tasks::close);
    }
  }

  @Test
  void aChangeThatWasMadeMeanwhileIsSeenByTheDecision() {
    try (TasksRuntime one = connect("meanwhile");
        TasksRuntime other = connect("meanwhile")) {
      one.queues().createQueue(Queue.named("jobs").partitions(1).build());
      List<Long> seen = new ArrayList<>();

      one.catalogWriter()
          .change(
              catalog -> {
                seen.add(catalog.version(CatalogKey.queue("jobs")));
                if (seen.size() == 1) {
                  other
                      .queues()
                      .updateQueue(Queue.named("jobs").partitions(1).concurrency(7).build());
                }
                return List.of(
                    new CatalogChange.PutQueue(
                        Queue.named("jobs").partitions(1).concurrency(8).build()));
              });

      assertThat(seen).startsWith(1L).endsWith(2L);
      assertThat(other.catalog().latest().version(CatalogKey.queue("jobs"))).isEqualTo(3);
    }
  }

  @Test
  void whatIsWrittenIsReadByOthersAtOnceAndByNewcomers() {
    try (TasksRuntime writer = connect("shared");
        TasksRuntime reader = connect("shared")) {
      ConcurrentLinkedQueue<CatalogSnapshot> told = new ConcurrentLinkedQueue<>();
      reader.catalog().onChange(told::add);

      writer.queues().createQueue(Queue.named("mail").partitions(2).build());
      writer
          .catalogWriter()
          .change(catalog -> List.of(new CatalogChange.PutQueueState("mail", true, null)));
      writer
          .catalogWriter()
          .change(
              catalog ->
                  List.of(
                      new CatalogChange.PutEndpoints(
                          new Endpoints("http://127.0.0.1:8080", null))));

      CatalogSnapshot latest = reader.catalog().latest();
      assertThat(latest.queue("mail")).isEqualTo(Queue.named("mail").partitions(2).build());
      assertThat(latest.paused()).containsExactly("mail");
      assertThat(latest.endpoints().api()).isEqualTo("http://127.0.0.1:8080");
      await().until(() -> told.stream().anyMatch(snapshot -> snapshot.paused().contains("mail")));
      try (TasksRuntime newcomer = connect("shared")) {
        assertThat(newcomer.catalog().latest().queues()).containsOnlyKeys("mail");
      }
    }
  }

  @Test
  void aRecordThatCannotBeReadIsSkipped() throws Exception {
    try (TasksRuntime tasks = connect("garbage")) {
      tasks.queues().createQueue(Queue.named("good").partitions(1).build());
      try (Producer<byte[], byte[]> producer = tasks.clients().producer(Map.of())) {
        producer.send(garbage(tasks, "queue/good")).get();
        producer.send(garbage(tasks, "queue/bad")).get();
        producer.send(garbage(tasks, "nonsense")).get();
      }

      assertThat(tasks.catalog().latest().queues()).containsOnlyKeys("good");
      tasks.queues().createQueue(Queue.named("next").partitions(1).build());
      assertThat(tasks.catalog().latest().queues()).containsOnlyKeys("good", "next");
    }
  }

  private static ProducerRecord<byte[], byte[]> garbage(TasksRuntime tasks, String key) {
    return new ProducerRecord<>(
        tasks.names().catalog(),
        key.getBytes(StandardCharsets.UTF_8),
        "{]".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDeletedQueueIsGoneWithItsTopics() {
    try (TasksRuntime tasks = connect("deleted")) {
      Queue queue = Queue.named("old").partitions(1).build();
      tasks.queues().createQueue(queue);
      assertThat(tasks.topics().existing(tasks.names().allOf(queue))).hasSize(3);

      tasks.queues().deleteQueue("old");

      assertThat(tasks.queues().listQueues()).isEmpty();
      assertThat(tasks.topics().existing(tasks.names().allOf(queue))).isEmpty();
      assertThatThrownBy(() -> tasks.queues().deleteQueue("old"))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_NOT_FOUND))
          .hasMessageContaining("tasks queue create old");
    }
  }

  @Test
  void creatingAgainDoesNothingAndCreatingOtherwiseConflicts() {
    try (TasksRuntime tasks = connect("again")) {
      tasks.queues().createQueue(Queue.named("jobs").partitions(1).build());
      tasks.queues().createQueue(Queue.named("jobs").partitions(1).build());

      assertThat(tasks.catalog().latest().version(CatalogKey.queue("jobs"))).isEqualTo(1);
      assertThatThrownBy(
              () ->
                  tasks
                      .queues()
                      .createQueue(Queue.named("jobs").partitions(1).concurrency(3).build()))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
      tasks.queues().updateQueue(Queue.named("jobs").partitions(64).concurrency(3).build());
      assertThat(tasks.queues().getQueue("jobs"))
          .contains(Queue.named("jobs").partitions(1).concurrency(3).build());
    }
  }

  @Test
  void manyProcessesCreateTheSameQueueAtOnce() {
    List<TasksRuntime> open = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        open.add(connect("same"));
      }
      CompletableFuture.allOf(
              open.stream()
                  .map(tasks -> tasks.queues().createQueueAsync(Queue.named("jobs").build()))
                  .toArray(CompletableFuture[]::new))
          .join();
      assertThat(open.getFirst().catalog().latest().version(CatalogKey.queue("jobs"))).isEqualTo(1);
    } finally {
      open.forEach(Tasks::close);
    }
  }
}
