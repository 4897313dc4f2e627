package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.BrokerClient.PATIENCE;
import static io.clusterdb.tasks.it.BrokerClient.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetters.Replayed;
import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.client.DeadRecord;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.record.ErrorHistory;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Input that nobody wants, and outcomes that a real broker does not take: dead letters say why, and
 * the rest goes on.
 */
@NullUnmarked // fields are set before each test
class WorkerRefusalsIT {
  @RegisterExtension private final SharedBroker shared = new SharedBroker();
  private BrokerClient platform;

  private record Item(String key, int number) {}

  @BeforeEach
  void connect() {
    platform = shared.client();
  }

  @Test
  void badInputBecomesADeadLetterAndItsNeighboursGoOn() throws Exception {
    platform
        .tasks()
        .queues()
        .createQueue(
            Queue.named("bad")
                .partitions(1)
                .concurrency(4)
                .retry(RetryPolicy.none())
                .timeout(Duration.ofMillis(300))
                .build());
    platform.produceRaw(
        "bad",
        "not a number",
        Map.of("job-id", "bad-attempt", "job-type", "Good", "job-attempt", "x"));
    platform.produceRaw(
        "bad", "{}", Map.of("job-id", "bad-layout", "job-type", "Good", "job-layout", "9"));
    platform.produceRaw("bad", "{broken", Map.of("job-id", "bad-payload", "job-type", "Good"));
    platform.produceRaw("bad", "{}", Map.of("job-id", "unknown-type", "job-type", "Nobody"));
    for (String type :
        List.of(
            "Throws",
            "Hangs",
            "Unserialisable",
            "TooLarge",
            "MissingQueue",
            "Permanent",
            "Discarded")) {
      platform.produceRaw("bad", "{}", Map.of("job-id", type, "job-type", type));
    }
    for (int i = 0; i < 50; i++) {
      platform.produceRaw(
          "bad",
          "{\"key\":\"a\",\"number\":" + i + "}",
          Map.of("job-id", "good-" + i, "job-type", "Good"));
    }
    CountDownLatch never = new CountDownLatch(1);
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("bad")
            .unknownTypeGrace(Duration.ofMillis(50))
            .handler("Good", Item.class, (item, context) -> item.number())
            .handler(
                "Throws",
                Map.class,
                (any, context) -> {
                  throw new IllegalArgumentException("no");
                })
            .handler(
                "Hangs",
                Map.class,
                (any, context) -> {
                  awaitUninterruptibly(never, Duration.ofSeconds(4));
                  return "late";
                })
            .handler("Unserialisable", Map.class, (any, context) -> new Endless())
            .handler("TooLarge", Map.class, (any, context) -> "x".repeat(3_000_000))
            .handler(
                "MissingQueue",
                Map.class,
                (any, context) -> {
                  context.enqueue(Job.of("Next").queue("nowhere").build());
                  return null;
                })
            .handler(
                "Permanent",
                Map.class,
                (any, context) -> {
                  throw new PermanentFailure("card stolen");
                })
            .handler(
                "Discarded",
                Map.class,
                (any, context) -> {
                  throw new Discard("no longer wanted");
                })
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    EventOracle oracle = platform.oracle();
    assertThat(reason(oracle, "bad-attempt")).startsWith("INVALID_RECORD").contains("job-attempt");
    assertThat(reason(oracle, "bad-layout")).startsWith("INVALID_RECORD").contains("job-layout");
    assertThat(reason(oracle, "bad-payload")).startsWith("INVALID_PAYLOAD");
    assertThat(reason(oracle, "unknown-type")).startsWith("UNKNOWN_TYPE").contains("Nobody");
    assertThat(reason(oracle, "Throws")).isEqualTo("IllegalArgumentException: no");
    assertThat(reason(oracle, "Hangs")).startsWith("JOB_TIMEOUT").contains("ran longer than 300ms");
    assertThat(reason(oracle, "Unserialisable")).startsWith("INVALID_RESULT");
    assertThat(reason(oracle, "TooLarge")).startsWith("INVALID_RESULT").contains("of at most");
    assertThat(reason(oracle, "MissingQueue")).startsWith("QUEUE_NOT_FOUND").contains("nowhere");
    assertThat(reason(oracle, "Permanent")).isEqualTo("PermanentFailure: card stolen");
    assertThat(oracle.ended(JobState.CANCELLED)).containsExactly("Discarded");
    assertThat(oracle.ended(JobState.SUCCEEDED)).hasSize(50).allMatch(id -> id.startsWith("good-"));
    assertThat(EventOracle.Log.read(platform.bootstrap(), platform.prefix() + ".bad.dlq"))
        .hasSize(10);
  }

  @Test
  void retryThatOutgrowsItsTopicIsADeadLetterWithAShorterHistory() throws Exception {
    TasksRuntime runtime = TasksRuntime.of(platform.tasks());
    Map<String, String> tight = Map.of("max.message.bytes", "14000");
    runtime
        .admin()
        .createTopics(
            List.of(
                new NewTopic(platform.prefix() + ".tight.retry", 1, (short) 1).configs(tight),
                new NewTopic(platform.prefix() + ".tight.dlq", 1, (short) 1).configs(tight)))
        .all()
        .get(20, TimeUnit.SECONDS);
    platform.tasks().queues().createQueue(Queue.named("tight").partitions(1).build());
    String history = null;
    for (int i = 1; i <= 20; i++) {
      history = ErrorHistory.with(history, i, 0, "Odd", "x".repeat(200));
    }
    byte[] payload = ("\"" + "p".repeat(10_000) + "\"").getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> grown =
        new ProducerRecord<>(platform.prefix() + ".tight", payload);
    grown.headers().add("job-type", HeaderText.bytes("Fail"));
    grown.headers().add("job-id", HeaderText.bytes("grown"));
    grown.headers().add(JobHeaders.ERROR_HISTORY, HeaderText.bytes(history));
    try (Producer<byte[], byte[]> producer = runtime.clients().producer(Map.of())) {
      producer.send(grown).get(20, TimeUnit.SECONDS);
    }
    platform.tasks().queues().enqueue(Job.of("Echo", "neighbour").queue("tight").build());
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("tight")
            .handler("Echo", String.class, (text, context) -> text)
            .action(
                "Fail",
                String.class,
                (text, context) -> {
                  throw new IllegalStateException("m".repeat(2_000));
                })
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    EventOracle oracle = platform.oracle();
    assertThat(oracle.ended(JobState.DEAD)).hasSize(1);
    assertThat(oracle.ended(JobState.SUCCEEDED)).hasSize(1);
    List<DeadJob> dead = runtime.queues().deadLetters("tight").find("grown");
    assertThat(dead).hasSize(1);
    ConsumerRecord<byte[], byte[]> letter = ((DeadRecord) dead.getFirst()).record();
    assertThat(letter.value()).isEqualTo(payload);
    assertThat(letter.headers().lastHeader(JobHeaders.ERROR_HISTORY)).isNull();
    assertThat(HeaderText.of(letter.headers(), JobHeaders.ERROR_TYPE))
        .isEqualTo("SettlementFailed");
  }

  @Test
  void aDeadLetterSaysWhereItsPayloadIsThatIsTooLargeForIt() throws Exception {
    platform.tasks().queues().createQueue(Queue.named("huge").retry(RetryPolicy.none()).build());
    TasksRuntime runtime = TasksRuntime.of(platform.tasks());
    ProducerRecord<byte[], byte[]> small =
        platform.tasks().queues().toRecord(Job.of("Fail").id("huge").queue("huge").build());
    ProducerRecord<byte[], byte[]> huge =
        new ProducerRecord<>(
            small.topic(), 0, small.key(), new byte[12 << 20], small.headers()); // compresses well
    try (Producer<byte[], byte[]> producer =
        runtime.clients().producer(Map.of("max.request.size", 32 << 20))) {
      producer.send(huge).get(20, TimeUnit.SECONDS);
    }
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("huge")
            .action(
                "Fail",
                Payload.class,
                (payload, context) -> {
                  throw new IllegalStateException("on purpose");
                })
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    List<DeadJob> dead = runtime.queues().deadLetters("huge").find("huge");
    assertThat(dead)
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.payloadRef()).isEqualTo(huge.topic() + "/0/0");
              assertThat(job.payload().bytes()).isNull();
              assertThat(job.error().message()).contains("on purpose");
            });
    List<Replayed> told = new ArrayList<>();
    runtime.queues().deadLetters("huge").replay(Replay.all(), told::add);
    assertThat(told).singleElement().isInstanceOf(Replayed.Refused.class);
  }

  @Test
  void outcomeThatTheBrokerRefusesIsADeadLetterAndTheRestGoesOn() throws Exception {
    platform
        .tasks()
        .queues()
        .createQueue(Queue.named("source").concurrency(50).retry(RetryPolicy.none()).build());
    platform.tasks().queues().createQueue(Queue.named("gone").build());
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      jobs.add(Job.of(i == 5 ? "Poison" : "Fine", i).id("j" + i).queue("source").build());
    }
    CountDownLatch deleted = new CountDownLatch(1);
    CountDownLatch enqueued = new CountDownLatch(1);
    try (Processor processor =
        Processor.on(platform.tasks())
            .queue("source")
            .handler("Fine", Integer.class, (number, context) -> number)
            .action(
                "Poison",
                Integer.class,
                (number, context) -> {
                  context.enqueue(Job.of("Any").queue("gone").build());
                  enqueued.countDown();
                  deleted.await();
                })
            .start()) {
      accepted(platform.tasks().queues().enqueue(jobs));
      enqueued.await();
      platform.tasks().queues().deleteQueue("gone");
      deleted.countDown();
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    EventOracle oracle = platform.oracle();
    assertThat(reason(oracle, "j5")).startsWith("SettlementFailed");
    assertThat(oracle.ended(JobState.SUCCEEDED)).hasSize(9);
  }

  @SuppressWarnings("UnusedException") // that it does not end on an interrupt is the point
  private static void awaitUninterruptibly(CountDownLatch latch, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    while (System.nanoTime() < until) {
      try {
        if (latch.await(100, TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        // A handler that does not care.
      }
    }
  }

  private static String reason(EventOracle oracle, String job) {
    List<JobEvent> events =
        oracle.of(job).stream().filter(event -> event.getState() == JobState.DEAD).toList();
    assertThat(events).as("the dead letter of %s", job).hasSize(1);
    return events.get(0).getError().getType() + ": " + events.get(0).getError().getMessage();
  }

  /** Holds itself, so no JSON can hold it. */
  static final class Endless {
    public Endless getSelf() {
      return this;
    }
  }
}
