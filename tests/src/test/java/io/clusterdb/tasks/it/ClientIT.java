package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClientIT {
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
  void saysWhereItLookedForABrokerAndWhatToDo() {
    long start = System.nanoTime();
    assertThatThrownBy(() -> Tasks.connect("127.0.0.1:1").close())
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE))
        .hasMessageContaining("127.0.0.1:1")
        .hasMessageContaining("tasks dev");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    assertThatThrownBy(() -> Tasks.connect("no-such-host.invalid:9092").close())
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE));
  }

  @Test
  void topicsAreMadeAsTheTableSays() throws Exception {
    try (TasksRuntime tasks = connect("table")) {
      tasks.queues().createQueue(Queue.named("orders").partitions(3).build());
      assertThat(
              tasks
                  .topics()
                  .partitions(
                      List.of(
                          "table.orders",
                          "table.orders.retry",
                          "table.orders.dlq",
                          "table.delayed",
                          "table.events",
                          "table.replies",
                          "table.catalog")))
          .containsEntry("table.orders", 3)
          .containsEntry("table.orders.retry", 3)
          .containsEntry("table.orders.dlq", 1)
          .containsEntry("table.catalog", 1)
          .containsEntry("table.delayed", 8)
          .hasSize(7);
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "table.orders");
      Config config =
          tasks.admin().describeConfigs(List.of(topic)).all().get().values().iterator().next();
      assertThat(config.get("retention.ms").value()).isEqualTo("-1");
      assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
      assertThat(config.get("min.insync.replicas").value()).isEqualTo("1");
    }
  }

  @Test
  void anInstallationKeepsTheNumberOfSharedPartitionsThatItBeganWith() {
    TasksConfig config = TasksConfig.of(broker.bootstrap()).prefix("fitting");
    try (TasksRuntime first = TasksRuntime.of(Tasks.connect(config.sharedPartitions(3)))) {
      // What a process does that dies before it is done.
      first.topics().ensure(List.of(first.topics().specs().events(3)));
    }
    try (TasksRuntime second = TasksRuntime.of(Tasks.connect(config.sharedPartitions(5)))) {
      second.topics().ensurePlatformTopics();
      assertThat(
              second
                  .topics()
                  .partitions(List.of("fitting.events", "fitting.control", "fitting.delayed")))
          .hasSize(3)
          .allSatisfy((topic, partitions) -> assertThat(partitions).as(topic).isEqualTo(3));
    }
  }

  @Test
  void whatIsAcknowledgedIsOnTheLogOnce() throws Exception {
    try (TasksRuntime tasks = connect("acked")) {
      tasks.queues().createQueue(Queue.named("jobs").partitions(2).build());
      Set<String> acknowledged = new HashSet<>();
      acknowledged.add(
          tasks.queues().enqueue(Job.of("a", Map.of("n", 0)).queue("jobs").build()).value());
      List<CompletableFuture<JobId>> sent = new ArrayList<>();
      for (int i = 1; i <= 5_000; i++) {
        sent.add(
            tasks
                .queues()
                .enqueueAsync(Job.of("a", Map.of("n", i)).id("job-" + i).queue("jobs").build()));
      }
      for (CompletableFuture<JobId> future : sent) {
        acknowledged.add(future.get(30, TimeUnit.SECONDS).value());
      }

      JobRecordReader reader = new JobRecordReader("jobs");
      List<String> onTheLog = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : LogRecords.read(tasks, "acked.jobs")) {
        JobRecord job = reader.read(record);
        assertThat(job.type()).isEqualTo("a");
        assertThat(job.attempt()).isEqualTo(1);
        onTheLog.add(job.id());
      }
      assertThat(onTheLog).containsExactlyInAnyOrderElementsOf(acknowledged);
    }
  }

  @Test
  void oneBadJobOfManyLeavesTheOthers() {
    try (TasksRuntime tasks = connect("many")) {
      tasks.queues().createQueue(Queue.named("default").partitions(1).build());
      List<EnqueueResult> results =
          tasks
              .queues()
              .enqueue(
                  List.of(
                      Job.of("a").id("one").build(),
                      Job.of("a").id("lost").queue("missing").build(),
                      Job.of("a", new byte[2_000_000]).id("fat").build(),
                      Job.of("a").id("two").build()));
      assertThat(results)
          .map(result -> result.job().id() + " " + outcome(result))
          .containsExactly(
              "one ACCEPTED", "lost QUEUE_NOT_FOUND", "fat INVALID_PAYLOAD", "two ACCEPTED");
      assertThat(LogRecords.read(tasks, "many.default")).hasSize(2);
    }
  }

  @Test
  void aJobJoinsTheCallersTransaction() {
    try (TasksRuntime tasks = connect("joined")) {
      tasks.queues().createQueue(Queue.named("default").partitions(1).build());
      try (Producer<byte[], byte[]> producer =
          tasks.clients().producer(Map.of("transactional.id", "joined.caller"))) {
        producer.initTransactions();
        producer.beginTransaction();
        tasks.queues().enqueue(Job.of("a").id("aborted").build(), producer);
        producer.abortTransaction();
        producer.beginTransaction();
        tasks.queues().enqueue(Job.of("a").id("committed").build(), producer);
        producer.commitTransaction();
      }
      assertThat(LogRecords.read(tasks, "joined.default"))
          .extracting(record -> HeaderText.of(record.headers(), JobHeaders.ID))
          .containsExactly("committed");
    }
  }

  @Test
  void aLaneIsMadeWhenItIsFirstUsed() {
    try (TasksRuntime tasks = connect("lanes")) {
      tasks.queues().createQueue(Queue.named("jobs").partitions(2).build());
      assertThat(tasks.topics().existing(List.of("lanes.jobs.high"))).isEmpty();
      tasks.queues().enqueue(Job.of("a").queue("jobs").priority(Priority.HIGH).build());
      assertThat(LogRecords.read(tasks, "lanes.jobs.high")).hasSize(1);
      tasks
          .queues()
          .enqueue(
              Job.of("a")
                  .queue("jobs")
                  .priority(Priority.LOW)
                  .schedule(Schedule.after(Duration.ofHours(1)))
                  .build());
      assertThat(LogRecords.read(tasks, "lanes.delayed")).hasSize(1);
      assertThat(tasks.topics().existing(List.of("lanes.jobs.low"))).hasSize(1);
      tasks.queues().deleteQueue("jobs");
      assertThat(tasks.topics().existing(List.of("lanes.jobs.high", "lanes.jobs.low"))).isEmpty();
    }
  }

  @Test
  void aQueueCreatedElsewhereTakesJobsAtOnce() {
    try (TasksRuntime producer = connect("elsewhere");
        TasksRuntime operator = connect("elsewhere")) {
      Job job = Job.of("a").queue("jobs").build();
      assertThatThrownBy(() -> producer.queues().enqueue(job))
          .hasMessageContaining("tasks queue create jobs");
      operator.queues().createQueue(Queue.named("jobs").partitions(1).build());
      await().untilAsserted(() -> producer.queues().enqueue(job));
      operator.tasks().registerTask(TaskDefinition.of("b").queue("jobs"));
      await()
          .untilAsserted(
              () ->
                  assertThat(producer.queues().toRecord(Job.of("b").build()).topic())
                      .isEqualTo("elsewhere.jobs"));
    }
  }

  @Test
  void aFullQueueRefusesJobsOfEveryProcess() {
    try (TasksRuntime one = connect("full");
        TasksRuntime other = connect("full")) {
      one.queues().createQueue(Queue.named("default").partitions(2).maxDepth(50L).build());
      Job job = Job.of("a").build();
      int taken = 0;
      while (taken < 100 && takes(one, job)) {
        taken++;
      }
      assertThat(taken).as("an estimate").isBetween(45, 55);
      assertThat(takes(other, job)).as("another process takes more").isFalse();
      assertThatThrownBy(() -> other.queues().enqueue(job))
          .hasMessageMatching(
              "Queue full: queue default holds \\d+ pending jobs of 50\\. Scale its workers or add"
                  + " queues\\.");

      commit(one, "full.default", "tasks1:0:x");
      await().until(() -> takes(one, job));
      await().until(() -> takes(other, job));
    }
  }

  private static String outcome(EnqueueResult result) {
    return switch (result) {
      case EnqueueResult.Accepted accepted -> "ACCEPTED";
      case EnqueueResult.Refused refused -> refused.error().code().name();
    };
  }

  private static boolean takes(TasksRuntime tasks, Job job) {
    try {
      tasks.queues().enqueue(job);
      return true;
    } catch (TasksException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_FULL);
      return false;
    }
  }

  /** What a worker does when it has done everything. */
  private static void commit(TasksRuntime tasks, String queue, String metadata) {
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    try (Consumer<byte[], byte[]> worker = tasks.clients().consumer(Map.of("group.id", queue))) {
      List<TopicPartition> partitions =
          List.of(new TopicPartition(queue, 0), new TopicPartition(queue, 1));
      worker.assign(partitions);
      worker
          .endOffsets(partitions)
          .forEach((partition, end) -> done.put(partition, new OffsetAndMetadata(end, metadata)));
      worker.commitSync(done);
    }
  }
}
