package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetterFilter;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.DeadLetters.Replayed;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.KafkaTasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.JobRecordWriter;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.scheduler.housekeeping.Housekeeper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // start() comes before all tests
class DlqIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void deadLettersAreListedAndReplayedOnce() throws Exception {
    try (TasksRuntime tasks = connect("dead")) {
      tasks.queues().createQueue(queue());
      for (int i = 0; i < 5; i++) {
        bury(
            tasks,
            "jobs",
            Job.of(i < 3 ? "a" : "b", i == 0 ? null : Map.of("n", i)).id("job-" + i));
      }
      bury(tasks, "gone", Job.of("a").id("lost"));
      DeadLetters dead = tasks.queues().deadLetters("jobs");
      assertThat(ids(dead)).containsExactly("job-0", "job-1", "job-2", "job-3", "job-4", "lost");
      assertThat(dead.find("job-4")).hasSize(1);
      assertThat(dead.list(DeadLetterFilter.ALL.types(List.of("a")), 2))
          .extracting(DeadJob::id)
          .containsExactly("job-0", "job-1");

      assertThat(replay(dead, Replay.all().dryRun(true))).hasSize(6);
      assertThat(read(tasks, "dead.jobs")).isEmpty();
      assertThat(replay(dead, Replay.of(DeadLetterFilter.ALL.types(List.of("b")))))
          .containsExactly("job-3 jobs", "job-4 jobs");
      assertThat(replay(dead, Replay.all().perSecond(1000)))
          .containsExactly("job-0 jobs", "job-1 jobs", "job-2 jobs", "lost QUEUE_NOT_FOUND");
      assertThat(replay(dead, Replay.all().to("jobs"))).containsExactly("lost jobs");
      assertThat(ids(dead)).isEmpty();

      List<ConsumerRecord<byte[], byte[]>> replayed = read(tasks, "dead.jobs");
      assertThat(replayed).hasSize(6);
      JobRecordReader reader = new JobRecordReader("jobs");
      for (ConsumerRecord<byte[], byte[]> record : replayed) {
        JobRecord job = reader.read(record);
        assertThat(job.attempt()).isEqualTo(1);
        assertThat(job.run()).hasSize(16);
        assertThat(job.header(JobHeaders.ERROR_TYPE)).isNull();
        assertThat(job.value() == null)
            .isEqualTo(job.id().equals("job-0") || job.id().equals("lost"));
      }
    }
  }

  @Test
  void aTransformedPayloadIsWhatTheNewRunGetsAndAFailureLeavesTheLetter() throws Exception {
    try (TasksRuntime tasks = connect("changed")) {
      tasks.queues().createQueue(queue());
      buryMany(tasks, 5);
      DeadLetters dead = tasks.queues().deadLetters("jobs");
      Replay replay =
          Replay.all()
              .transform(
                  job -> {
                    switch (job.id()) {
                      case "job-1" -> throw new IllegalStateException("not this one");
                      case "job-2" -> {
                        return Payload.json("\"" + "x".repeat(1_100_000) + "\"");
                      }
                      default -> {
                        return Payload.json("{\"was\": " + job.payload().text() + "}");
                      }
                    }
                  });
      assertThat(replay(dead, replay))
          .containsExactly(
              "job-0 jobs",
              "job-1 INVALID_PAYLOAD",
              "job-2 INVALID_PAYLOAD",
              "job-3 jobs",
              "job-4 jobs");
      assertThat(ids(dead)).containsExactly("job-1", "job-2");
      assertThat(read(tasks, "changed.jobs"))
          .hasSize(3)
          .allSatisfy(
              record ->
                  assertThat(new String(record.value(), StandardCharsets.UTF_8))
                      .isEqualTo("{\"was\": {}}"));
    }
  }

  @Test
  void whatIsPurgedIsGoneAndTheRestStays() throws Exception {
    try (TasksRuntime tasks = connect("purged")) {
      tasks.queues().createQueue(queue());
      buryMany(tasks, 1_000);
      DeadLetters dead = tasks.queues().deadLetters("jobs");
      List<String> told = new ArrayList<>();
      assertThat(dead.purge(job -> !job.id().equals("job-500"), job -> told.add(job.id())))
          .isEqualTo(999);
      assertThat(told).hasSize(999).doesNotContain("job-500");
      assertThat(ids(dead)).containsExactly("job-500");
      assertThat(read(tasks, "purged.jobs")).isEmpty();
      assertThatThrownBy(() -> tasks.queues().deadLetters("nowhere"))
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_NOT_FOUND));
    }
  }

  @Test
  void ofTwoReplaysOneWinsAndNoJobIsReplayedTwice() throws Exception {
    try (TasksRuntime tasks = connect("rivals")) {
      tasks.queues().createQueue(queue());
      buryMany(tasks, 300);
      List<CompletableFuture<Void>> rivals = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        rivals.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    replay(tasks.queues().deadLetters("jobs"), Replay.all().perSecond(400));
                  } catch (TasksException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
                  }
                }));
      }
      CompletableFuture.allOf(rivals.toArray(CompletableFuture[]::new)).join();
      assertEachOnce(tasks, "rivals.jobs", 300);
    }
  }

  @Test
  void aReplayThatIsKilledGoesOnWithoutLossOrDoubling() throws Exception {
    int jobs = 1_000;
    try (TasksRuntime tasks = connect("killed")) {
      tasks.queues().createQueue(queue());
      buryMany(tasks, jobs);
      try (JavaProcess first =
          JavaProcess.start(ReplayProcess.class, broker.bootstrap(), "killed", "jobs", "400")) {
        for (int i = 0; i < 150; i++) {
          assertThat(first.nextLine()).as(first.errors()).isNotNull();
        }
        first.kill();
      }
      int before = read(tasks, "killed.jobs").size();
      assertThat(before).isBetween(150, jobs - 1);
      replay(tasks.queues().deadLetters("jobs"), Replay.all());
      assertEachOnce(tasks, "killed.jobs", jobs);
      assertThat(ids(tasks.queues().deadLetters("jobs"))).isEmpty();
    }
  }

  @Test
  void lettersExpireWithTheirQueuesRetention() throws Exception {
    Instant now = Instant.now();
    try (TasksRuntime tasks = connect("old");
        TasksRuntime later =
            KafkaTasks.connect(
                TasksConfig.of(broker.bootstrap()).prefix("old"),
                () -> now.plus(Duration.ofDays(8)),
                RandomGenerator.getDefault())) {
      tasks.queues().createQueue(queue());
      buryMany(tasks, 20);
      DeadLetters dead = tasks.queues().deadLetters("jobs");
      replay(dead, Replay.of(job -> job.id().equals("job-7")));
      tasks.catalog().latest();
      housekeeper(tasks).round();
      assertThat(ids(dead)).as("of today").hasSize(19);
      later.catalog().latest();
      Housekeeper housekeeper = housekeeper(later);
      housekeeper.round();
      assertThat(ids(dead)).isEmpty();
      long end = read(tasks, "old.jobs.dlq").size();
      assertThat(end).as("letters and a tombstone for each").isEqualTo(40);
      housekeeper.round();
      housekeeper(later).round();
      assertThat(read(tasks, "old.jobs.dlq")).as("nothing is expired twice").hasSize(40);
    }
  }

  private static Housekeeper housekeeper(TasksRuntime tasks) {
    return new Housekeeper(tasks, Duration.ofHours(12), List.of(), System::nanoTime);
  }

  private static Queue queue() {
    return Queue.named("jobs").partitions(1).retention(Duration.ofDays(7)).build();
  }

  private static TasksRuntime connect(String prefix) {
    return TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap()).prefix(prefix)));
  }

  private static void assertEachOnce(TasksRuntime tasks, String topic, int jobs) {
    // What a killed replay has left open holds readers back until its transaction times out.
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(read(tasks, topic))
                    .extracting(record -> HeaderText.of(record.headers(), JobHeaders.ID))
                    .hasSize(jobs)
                    .doesNotHaveDuplicates());
  }

  private static List<String> ids(DeadLetters dead) {
    List<String> ids = new ArrayList<>();
    dead.forEach(job -> ids.add(job.id()));
    return ids;
  }

  private static List<String> replay(DeadLetters dead, Replay replay) {
    List<String> told = new ArrayList<>();
    dead.replay(
        replay,
        replayed ->
            told.add(
                switch (replayed) {
                  case Replayed.Done done -> done.job().id() + " " + done.queue();
                  case Replayed.Refused refused ->
                      refused.job().id() + " " + refused.reason().code();
                }));
    return told;
  }

  private static void buryMany(TasksRuntime tasks, int count) throws MalformedJobException {
    try (Producer<byte[], byte[]> producer = tasks.clients().producer(Map.of())) {
      for (int i = 0; i < count; i++) {
        var unused =
            producer.send(letter(tasks, "jobs", Job.of("a", Payload.json("{}")).id("job-" + i)));
      }
      producer.flush();
    }
  }

  private static void bury(TasksRuntime tasks, String queue, Job.Builder job)
      throws MalformedJobException {
    try (Producer<byte[], byte[]> producer = tasks.clients().producer(Map.of())) {
      var unused = producer.send(letter(tasks, queue, job));
      producer.flush();
    }
  }

  /** What a worker writes of a job whose attempts are spent. */
  private static ProducerRecord<byte[], byte[]> letter(
      TasksRuntime tasks, String queue, Job.Builder builder) throws MalformedJobException {
    ProducerRecord<byte[], byte[]> record = tasks.queues().toRecord(builder.queue("jobs").build());
    ConsumerRecord<byte[], byte[]> consumed =
        new ConsumerRecord<>(
            record.topic(),
            0,
            0,
            0,
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty());
    JobRecord job = new JobRecordReader("jobs").read(consumed);
    Map<String, String> changes =
        Map.of(
            JobHeaders.QUEUE, queue,
            JobHeaders.ATTEMPT, "3",
            JobHeaders.ERROR_TYPE, "Broken",
            JobHeaders.ERROR_MESSAGE, "on purpose");
    return JobRecordWriter.dead(job, tasks.names().deadLetters("jobs"), changes);
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
}
