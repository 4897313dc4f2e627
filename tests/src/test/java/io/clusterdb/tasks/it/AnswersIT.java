package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.EventReader;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What comes back to callers from a real broker: outcomes, errors, and events. */
class AnswersIT {
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
                for (ConsumerRecord<byte[], byte[]> record :
                    LogRecords.read(one, "replies.default")) {
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

  @Test
  void aWaitThatIsTooShortNamesTheJobWhichGoesOn() {
    try (TasksRuntime tasks = connect("short")) {
      tasks.queues().createQueue(Queue.named("default").partitions(1).build());
      assertThatThrownBy(
              () -> tasks.tasks().executeTask(Task.of("a").id("slow"), Duration.ofMillis(50)))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAIT_TIMEOUT))
          .hasMessageContaining("slow");
      assertThat(LogRecords.read(tasks, "short.default")).hasSize(1);
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
    await().until(() -> !LogRecords.read(tasks, "closing.default").isEmpty());

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
      LogRecords.send(
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
    LogRecords.send(
        tasks,
        new ProducerRecord<>(
            tasks.names().replies(),
            HeaderText.bytes(replyKey),
            tasks.platformCodec().encode(tasks.names().replies(), outcome)));
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
    LogRecords.send(
        tasks,
        new ProducerRecord<>(
            topic, HeaderText.bytes(id), tasks.platformCodec().encode(topic, event)));
  }
}
