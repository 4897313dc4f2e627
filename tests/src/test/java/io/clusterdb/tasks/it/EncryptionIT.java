package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.AesGcmCipher;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.Dequeue;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.PayloadCipher;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Payloads that only their producer and their handler see, on a platform that has no key. */
@SuppressWarnings("NullAway.Init") // start() comes before all tests
class EncryptionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SECRET = "the-secret-of-this-test";
  private static final AesGcmCipher OLD = AesGcmCipher.of("old", key(1));
  private static final AesGcmCipher BOTH = AesGcmCipher.of("new", key(2)).opensWith("old", key(1));

  private static EmbeddedPlatform platform;

  @BeforeAll
  static void start() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  /** A payload, and a result. */
  record Note(String text) {}

  @Test
  void nobodyOnTheWaySeesWhatIsSealed() throws Exception {
    Set<String> failedOnce = ConcurrentHashMap.newKeySet();
    Set<String> cured = ConcurrentHashMap.newKeySet();
    try (Tasks keys = connect(OLD)) {
      keys.queues().createQueue(queue("sealed"));
      keys.queues().createQueue(queue("leased"));
      try (Processor worker =
          Processor.on(keys)
              .queue("sealed")
              .handler(
                  "note",
                  Note.class,
                  (note, context) -> {
                    String id = context.job().id();
                    if (id.equals("retried") && failedOnce.add(id)) {
                      throw new IllegalStateException("once");
                    }
                    if (id.equals("buried") && !cured.contains(id)) {
                      throw new PermanentFailure("not yet");
                    }
                    return new Note(note.text() + " done");
                  })
              .start()) {
        assertThat(worker.awaitReady(LIMIT)).isTrue();
        keys.queues().enqueue(note("retried").build());
        keys.queues().enqueue(note("buried").build());
        keys.queues()
            .enqueue(note("later").schedule(Schedule.after(Duration.ofMillis(300))).build());
        keys.queues().enqueue(note("unique").uniqueKey("one").build());
        TaskResult called =
            keys.tasks().executeTask(Task.of("note").queue("sealed").payload(new Note(SECRET)));
        assertThat(called.resultAs(Note.class)).isEqualTo(new Note(SECRET + " done"));
        for (String id : List.of("retried", "later", "unique")) {
          assertThat(ended(keys, id)).as(id).isEqualTo(JobState.SUCCEEDED);
        }
        assertThat(keys.tasks().getTaskStatus("retried").resultAs(Note.class))
            .isEqualTo(new Note(SECRET + " done"));
        assertThat(ended(keys, "buried")).isEqualTo(JobState.DEAD);

        DeadJob letter = keys.queues().deadLetters("sealed").find("buried").getFirst();
        assertThat(letter.payload().text()).contains(SECRET);
        cured.add("buried");
        keys.queues()
            .deadLetters("sealed")
            .replay(
                Replay.all()
                    .transform(
                        job -> {
                          assertThat(job.payload().text()).contains(SECRET);
                          return job.payload();
                        }),
                replayed -> {});
        Awaitility.await().atMost(LIMIT).until(() -> ended(keys, "buried") == JobState.SUCCEEDED);
      }
      leased(keys);
    }
    assertThat(whereItIsSeen()).isEmpty();
  }

  private static void leased(Tasks keys) {
    keys.queues().enqueue(Job.of("note", new Note(SECRET)).id("leased").queue("leased").build());
    LeasedJob job =
        Awaitility.await()
            .atMost(LIMIT)
            .until(() -> keys.queues().dequeue("leased", Dequeue.ONE), found -> !found.isEmpty())
            .getFirst();
    assertThat(job.payload(Note.class)).isEqualTo(new Note(SECRET));
    keys.queues().completeJob(job.lease(), new Note(SECRET));
    assertThat(ended(keys, "leased")).isEqualTo(JobState.SUCCEEDED);
    assertThat(keys.tasks().getTaskStatus("leased").resultAs(Note.class))
        .isEqualTo(new Note(SECRET));
  }

  @Test
  void aJobOfAnUnknownKeyIsADeadLetterUntilItsKeyIsKnown() throws Exception {
    try (Tasks old = connect(OLD);
        Tasks both = connect(BOTH);
        Tasks none = connect(null)) {
      none.queues().createQueue(queue("rotated"));
      both.queues().enqueue(job("sealed-new"));
      old.queues().enqueue(job("sealed-old"));
      none.queues().enqueue(job("clear"));
      try (Processor worker = rotated(old)) {
        assertThat(ended(none, "sealed-old")).isEqualTo(JobState.SUCCEEDED);
        assertThat(ended(none, "clear")).isEqualTo(JobState.SUCCEEDED);
        assertThat(ended(none, "sealed-new")).isEqualTo(JobState.DEAD);
        assertThat(worker.running()).isTrue();
      }
      DeadJob letter = none.queues().deadLetters("rotated").find("sealed-new").getFirst();
      assertThat(letter.error().type()).isEqualTo("INVALID_PAYLOAD");
      assertThat(letter.error().message()).contains("[old]", "key new");
      assertThat(letter.payload().contentType()).contains("key=\"new\"");

      none.queues().deadLetters("rotated").replay(Replay.all(), replayed -> {});
      try (Processor worker = rotated(both)) {
        Awaitility.await()
            .atMost(LIMIT)
            .until(() -> ended(none, "sealed-new") == JobState.SUCCEEDED);
        assertThat(worker.running()).isTrue();
      }
    }
  }

  private static Processor rotated(Tasks tasks) {
    return Processor.on(tasks)
        .queue("rotated")
        .handler("note", Note.class, (note, context) -> note.text().length())
        .start();
  }

  private static Job job(String id) {
    return Job.of("note", new Note("n")).id(id).queue("rotated").build();
  }

  private static Job.Builder note(String id) {
    return Job.of("note", new Note(SECRET)).id(id).queue("sealed");
  }

  private static Queue queue(String name) {
    return Queue.named(name)
        .partitions(2)
        .retry(RetryPolicy.linear(Duration.ofMillis(100), Duration.ofMillis(100)).maxAttempts(2))
        .build();
  }

  private static JobState ended(Tasks tasks, String id) {
    return Awaitility.await()
        .atMost(LIMIT)
        .ignoreExceptions() // it may be on its way to the tracker
        .until(
            () -> tasks.tasks().awaitTaskStatus(id, Duration.ofSeconds(5)).state(),
            JobState::terminal);
  }

  private static Tasks connect(@Nullable PayloadCipher cipher) {
    return Tasks.connect(TasksConfig.of(platform.bootstrap()).encryption(cipher));
  }

  /** Every topic of the broker, those of stores among them, in which a record has the secret. */
  private static Set<String> whereItIsSeen() throws Exception {
    Set<String> seen = new TreeSet<>();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", platform.bootstrap(), "auto.offset.reset", "none");
    try (Admin admin = Admin.create(settings);
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : admin.listTopics().names().get()) {
        consumer
            .partitionsFor(topic)
            .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      assertThat(partitions).hasSizeGreaterThan(20);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!ends.entrySet().stream()
          .allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (holds(record)) {
            seen.add(record.topic());
          }
        }
      }
    }
    return seen;
  }

  private static boolean holds(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder text = new StringBuilder();
    if (record.value() != null) {
      text.append(new String(record.value(), UTF_8));
    }
    record.headers().forEach(header -> text.append(new String(header.value(), UTF_8)));
    return text.indexOf(SECRET) >= 0;
  }

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }
}
