package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.EventReader;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

  private static List<ConsumerRecord<byte[], byte[]>> read(TasksRuntime tasks, String topic) {
    int count = tasks.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = tasks.clients().consumer(Map.of())) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
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
      for (ConsumerRecord<byte[], byte[]> record : read(tasks, "acked.jobs")) {
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
      assertThat(read(tasks, "many.default")).hasSize(2);
    }
  }

  private static String outcome(EnqueueResult result) {
    return switch (result) {
      case EnqueueResult.Accepted accepted -> "ACCEPTED";
      case EnqueueResult.Refused refused -> refused.error().code().name();
    };
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
      assertThat(read(tasks, "joined.default"))
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
      assertThat(read(tasks, "lanes.jobs.high")).hasSize(1);
      tasks
          .queues()
          .enqueue(
              Job.of("a")
                  .queue("jobs")
                  .priority(Priority.LOW)
                  .schedule(Schedule.after(Duration.ofHours(1)))
                  .build());
      assertThat(read(tasks, "lanes.delayed")).hasSize(1);
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

  @Test
  void aCallerGetsItsOutcomeAndNobodyElses() throws Exception {
    try (TasksRuntime one = connect("replies");
        TasksRuntime other = connect("replies")) {
      one.queues().createQueue(Queue.named("default").partitions(1).build());
      CompletableFuture<TaskResult> first = one.tasks().executeTaskAsync(Task.of("a").id("j1"));
      CompletableFuture<TaskResult> second = other.tasks().executeTaskAsync(Task.of("a").id("j2"));
      Map<String, String> replyKeys = new HashMap<>();
      await()
          .until(
              () -> {
                for (ConsumerRecord<byte[], byte[]> record : read(one, "replies.default")) {
                  assertThat(HeaderText.of(record.headers(), JobHeaders.REPLY_TO))
                      .isEqualTo("caller");
                  replyKeys.put(
                      HeaderText.of(record.headers(), JobHeaders.ID),
                      HeaderText.of(record.headers(), JobHeaders.REPLY_KEY));
                }
                return replyKeys.size() == 2;
              });
      reply(one, "j2", replyKeys.getOrDefault("j2", ""), "\"two\"");
      assertThat(second.get(20, TimeUnit.SECONDS).resultAs(String.class)).isEqualTo("two");
      assertThat(first).isNotDone();
      reply(one, "j1", replyKeys.getOrDefault("j1", ""), "\"one\"");
      TaskResult result = first.get(20, TimeUnit.SECONDS);
      assertThat(result.resultAs(String.class)).isEqualTo("one");
      assertThat(result.succeeded()).isTrue();
      assertThat(result.attempts()).isEqualTo(2);
    }
  }

  /** What a worker does when it settles the last attempt. */
  private static void reply(TasksRuntime tasks, String id, String replyKey, String result) {
    JobOutcome outcome = new JobOutcome();
    outcome.setAt(Instant.EPOCH);
    outcome.setReplyKey(replyKey);
    outcome.setJobId(id);
    outcome.setRun("run");
    outcome.setQueue("default");
    outcome.setType("a");
    outcome.setState(io.clusterdb.tasks.schemas.avro.JobState.SUCCEEDED);
    outcome.setAttempt(2);
    outcome.setResult(result);
    send(
        tasks,
        new ProducerRecord<>(
            tasks.names().replies(),
            HeaderText.bytes(replyKey),
            tasks.platformCodec().encode(tasks.names().replies(), outcome)));
  }

  @SafeVarargs
  private static void send(TasksRuntime tasks, ProducerRecord<byte[], byte[]>... records) {
    try (Producer<byte[], byte[]> producer = tasks.clients().producer(Map.of())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        var unused = producer.send(record);
      }
    }
  }

  @Test
  void aWaitThatIsTooShortNamesTheJobWhichGoesOn() {
    try (TasksRuntime tasks = connect("short")) {
      tasks.queues().createQueue(Queue.named("default").partitions(1).build());
      assertThatThrownBy(
              () -> tasks.tasks().executeTask(Task.of("a").id("slow"), Duration.ofMillis(50)))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAIT_TIMEOUT))
          .hasMessageContaining("slow");
      assertThat(read(tasks, "short.default")).hasSize(1);
    }
  }

  @Test
  void closingEndsWaitsAndClosesPartsFirst() {
    TasksRuntime tasks = connect("closing");
    tasks.queues().createQueue(Queue.named("default").partitions(1).build());
    List<String> seen = new ArrayList<>();
    tasks.attach(
        () -> {
          tasks.queues().enqueue(Job.of("a").id("last").build());
          seen.add("part closed with a working connection");
        });
    CompletableFuture<TaskResult> waiting = tasks.tasks().executeTaskAsync(Task.of("a"));
    await().until(() -> !read(tasks, "closing.default").isEmpty());

    tasks.close();
    tasks.close();

    assertThat(seen).hasSize(1);
    assertThat(waiting).isCompletedExceptionally();
    assertThatThrownBy(() -> tasks.queues().enqueue(Job.of("a").build()))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    assertThatThrownBy(() -> tasks.catalog().latest())
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void eventsAreReadToTheEndOrFollowed() throws Exception {
    try (TasksRuntime tasks = connect("eventful")) {
      EventReader reader = new EventReader(tasks);
      List<JobEvent> none = new ArrayList<>();
      reader.read(new EventReader.Query(null, null, true, false), () -> false, none::add);
      assertThat(none).as("before there is a topic").isEmpty();
      tasks.topics().ensurePlatformTopics();
      for (int i = 0; i < 20; i++) {
        event(tasks, "job-" + i, i % 2 == 0 ? "even" : "odd");
      }
      send(
          tasks,
          new ProducerRecord<>(tasks.names().events(), "garbage".getBytes(StandardCharsets.UTF_8)));

      assertThat(ids(reader, new EventReader.Query(null, null, true, false))).hasSize(20);
      assertThat(ids(reader, new EventReader.Query("odd", null, true, false))).hasSize(10);
      assertThat(ids(reader, new EventReader.Query(null, "job-7", true, false)))
          .containsExactly("job-7");
      assertThat(ids(reader, new EventReader.Query(null, null, false, false))).isEmpty();

      ConcurrentLinkedQueue<String> followed = new ConcurrentLinkedQueue<>();
      Thread follower =
          Thread.startVirtualThread(
              () ->
                  reader.read(
                      new EventReader.Query(null, null, true, true),
                      () -> followed.contains("late"),
                      event -> followed.add(event.getJobId())));
      await().until(() -> followed.size() == 20);
      event(tasks, "late", "even");
      follower.join(Duration.ofSeconds(20));
      assertThat(followed).hasSize(21).contains("late");
    }
  }

  private static List<String> ids(EventReader reader, EventReader.Query query) {
    List<String> ids = new ArrayList<>();
    reader.read(query, () -> false, event -> ids.add(event.getJobId()));
    return ids;
  }

  private static void event(TasksRuntime tasks, String id, String queue) {
    JobEvent event =
        JobEvent.newBuilder()
            .setAt(Instant.EPOCH)
            .setJobId(id)
            .setRun("run")
            .setQueue(queue)
            .setType("a")
            .setState(io.clusterdb.tasks.schemas.avro.JobState.valueOf(JobState.SUCCEEDED.name()))
            .setAttempt(1)
            .build();
    String topic = tasks.names().events();
    send(
        tasks,
        new ProducerRecord<>(
            topic, HeaderText.bytes(id), tasks.platformCodec().encode(topic, event)));
  }
}
