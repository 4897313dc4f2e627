package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetters.Replayed;
import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.DeadRecord;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.ErrorHistory;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The worker on a real broker: outcomes, order, limits, and input that nobody wants. */
@NullUnmarked // fields are set before each test
class WorkerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static EmbeddedBroker broker;

  private String prefix;
  private Tasks tasks;

  private record Item(String key, int number) {}

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void connect() {
    prefix = "w" + PREFIXES.incrementAndGet();
    tasks = Tasks.connect(TasksConfig.of(broker.bootstrap()).prefix(prefix).sharedPartitions(4));
  }

  @AfterEach
  void disconnect() {
    tasks.close();
  }

  private EventOracle oracle() {
    EventOracle oracle = EventOracle.read(broker.bootstrap(), prefix);
    assertThat(oracle.breaches()).isEmpty();
    return oracle;
  }

  private static void accepted(List<EnqueueResult> results) {
    assertThat(results).allMatch(EnqueueResult.Accepted.class::isInstance);
  }

  @Test
  void everyJobRunsAndHasExactlyOneTerminalEvent() throws Exception {
    tasks.queues().createQueue(Queue.named("many").concurrency(50).build());
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      jobs.add(Job.of("Echo", "x" + i).id("job-" + i).queue("many").build());
    }
    try (Processor processor =
        Processor.on(tasks)
            .queue("many")
            .handler("Echo", String.class, (text, context) -> text)
            .start()) {
      accepted(tasks.queues().enqueue(jobs));
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    EventOracle oracle = oracle();
    assertThat(oracle.ended(io.clusterdb.tasks.schemas.avro.JobState.SUCCEEDED)).hasSize(5_000);
    JobEvent event = oracle.of("job-17").get(0);
    assertThat(event.getResult()).isEqualTo("\"x17\"");
    assertThat(event.getAttempt()).isEqualTo(1);
  }

  @Test
  void jobsOfAKeyRunInOrderAndNeverOverlapThoughSomeFail() throws Exception {
    tasks
        .queues()
        .createQueue(
            Queue.named("ordered")
                .ordering(Ordering.KEY)
                .concurrency(20)
                .retry(RetryPolicy.fixed(Duration.ofMillis(20)).maxAttempts(3))
                .build());
    Map<String, List<Integer>> done = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      for (int k = 0; k < 10; k++) {
        jobs.add(Job.of("Step", new Item("k" + k, i)).key("k" + k).queue("ordered").build());
      }
    }
    accepted(tasks.queues().enqueue(jobs));
    try (Processor processor =
        Processor.on(tasks)
            .queue("ordered")
            .action(
                "Step",
                Item.class,
                (item, context) -> {
                  AtomicInteger running =
                      inside.computeIfAbsent(item.key(), any -> new AtomicInteger());
                  if (running.incrementAndGet() > 1) {
                    overlaps.incrementAndGet();
                  }
                  try {
                    if (item.number() % 10 == 3 && context.job().attempt() < 3) {
                      throw new IllegalStateException("not yet");
                    }
                    done.computeIfAbsent(item.key(), any -> new ArrayList<>()).add(item.number());
                  } finally {
                    running.decrementAndGet();
                  }
                })
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(overlaps).hasValue(0);
    assertThat(done).hasSize(10);
    done.values().forEach(numbers -> assertThat(numbers).hasSize(50).isSorted());
    oracle();
  }

  @Test
  void badInputBecomesADeadLetterAndItsNeighboursGoOn() throws Exception {
    tasks
        .queues()
        .createQueue(
            Queue.named("bad")
                .partitions(1)
                .concurrency(4)
                .retry(RetryPolicy.none())
                .timeout(Duration.ofMillis(300))
                .build());
    produceRaw(
        "bad",
        "not a number",
        Map.of("job-id", "bad-attempt", "job-type", "Good", "job-attempt", "x"));
    produceRaw("bad", "{}", Map.of("job-id", "bad-layout", "job-type", "Good", "job-layout", "9"));
    produceRaw("bad", "{broken", Map.of("job-id", "bad-payload", "job-type", "Good"));
    produceRaw("bad", "{}", Map.of("job-id", "unknown-type", "job-type", "Nobody"));
    for (String type :
        List.of(
            "Throws",
            "Hangs",
            "Unserialisable",
            "TooLarge",
            "MissingQueue",
            "Permanent",
            "Discarded")) {
      produceRaw("bad", "{}", Map.of("job-id", type, "job-type", type));
    }
    for (int i = 0; i < 50; i++) {
      produceRaw(
          "bad",
          "{\"key\":\"a\",\"number\":" + i + "}",
          Map.of("job-id", "good-" + i, "job-type", "Good"));
    }
    CountDownLatch never = new CountDownLatch(1);
    try (Processor processor =
        Processor.on(tasks)
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
    EventOracle oracle = oracle();
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
    assertThat(oracle.ended(io.clusterdb.tasks.schemas.avro.JobState.CANCELLED))
        .containsExactly("Discarded");
    assertThat(oracle.ended(io.clusterdb.tasks.schemas.avro.JobState.SUCCEEDED))
        .hasSize(50)
        .allMatch(id -> id.startsWith("good-"));
    assertThat(EventOracle.Log.read(broker.bootstrap(), prefix + ".bad.dlq")).hasSize(10);
  }

  @SuppressWarnings("UnusedException") // that it does not end on an interrupt is the point
  private static void awaitUninterruptibly(CountDownLatch latch, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    while (System.nanoTime() < until) {
      try {
        if (latch.await(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        // A handler that does not care.
      }
    }
  }

  private static String reason(EventOracle oracle, String job) {
    List<JobEvent> events =
        oracle.of(job).stream()
            .filter(event -> event.getState() == io.clusterdb.tasks.schemas.avro.JobState.DEAD)
            .toList();
    assertThat(events).as("the dead letter of %s", job).hasSize(1);
    return events.get(0).getError().getType() + ": " + events.get(0).getError().getMessage();
  }

  @Test
  void recordsWithoutHeadersAreJobsNamedByTheirPlace() throws Exception {
    tasks.queues().createQueue(Queue.named("plain").partitions(1).defaultType("Line").build());
    produceRaw("plain", "{\"key\":\"k\",\"number\":7}", Map.of());
    try (Processor processor =
        Processor.on(tasks)
            .queue("plain")
            .handler("Line", Item.class, (item, context) -> item.number())
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    List<JobEvent> outcomes =
        oracle().of(prefix + ".plain-0-0").stream()
            // A slow first job is announced.
            .filter(event -> event.getState() != io.clusterdb.tasks.schemas.avro.JobState.RUNNING)
            .toList();
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0).getResult()).isEqualTo("7");
  }

  @Test
  void waitingCallerGetsTheOutcome() {
    tasks.queues().createQueue(Queue.named("default").retry(RetryPolicy.none()).build());
    try (Processor processor =
        Processor.on(tasks)
            .queue("default")
            .handler("Double", Integer.class, (number, context) -> 2 * number)
            .handler(
                "Fail",
                Void.class,
                (nothing, context) -> {
                  throw new IllegalStateException("broken");
                })
            .start()) {
      assertThat(processor.running()).isTrue();
      TaskResult doubled = tasks.tasks().executeTask(Task.of("Double").payload(21), PATIENCE);
      assertThat(doubled.resultAs(Integer.class)).isEqualTo(42);
      TaskResult failed = tasks.tasks().executeTask(Task.of("Fail"), PATIENCE);
      assertThat(failed.state()).isEqualTo(JobState.DEAD);
      assertThat(failed.failure().type()).isEqualTo("IllegalStateException");
    }
  }

  @Test
  void jobsEnqueuedByAHandlerExistOnlyIfItSucceeds() throws Exception {
    tasks.queues().createQueue(Queue.named("first").retry(RetryPolicy.none()).build());
    tasks.queues().createQueue(Queue.named("second").build());
    ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
    try (Processor processor =
        Processor.on(tasks)
            .queue("first")
            .queue("second")
            .action(
                "Start",
                String.class,
                (text, context) -> {
                  context.enqueue(Job.of("Next", text).queue("second").build());
                  if (text.startsWith("bad")) {
                    throw new IllegalStateException("after enqueue");
                  }
                })
            .action("Next", String.class, (text, context) -> ran.add(text))
            .start()) {
      for (int i = 0; i < 20; i++) {
        String text = (i % 2 == 0 ? "good" : "bad") + i;
        tasks.queues().enqueue(Job.of("Start", text).queue("first").build());
      }
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(ran).hasSize(10).allMatch(text -> text.startsWith("good"));
    oracle();
  }

  @Test
  void rateLimitIsNeverExceeded() throws Exception {
    tasks
        .queues()
        .createQueue(
            Queue.named("limited")
                .concurrency(50)
                .rateLimit(RateLimit.perSecond(100).burst(10))
                .build());
    ConcurrentLinkedQueue<Long> starts = new ConcurrentLinkedQueue<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      jobs.add(Job.of("Tick", i).queue("limited").build());
    }
    accepted(tasks.queues().enqueue(jobs));
    try (Processor processor =
        Processor.on(tasks)
            .queue("limited")
            .action("Tick", Integer.class, (number, context) -> starts.add(System.nanoTime()))
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    List<Long> sorted = starts.stream().sorted().toList();
    assertThat(sorted).hasSize(200);
    // In any span of time t at most 100 t + 10 start; what a handler's thread is late by is slack.
    for (int i = 0; i + 60 < sorted.size(); i++) {
      double seconds = (sorted.get(i + 60) - sorted.get(i)) / 1e9;
      assertThat(61.0).isLessThanOrEqualTo(100 * (seconds + 0.25) + 10);
    }
  }

  @Test
  void lanesThatNobodyDeclaredAreConsumedToo() throws Exception {
    tasks.queues().createQueue(Queue.named("plain").partitions(2).build());
    Set<String> ran = ConcurrentHashMap.newKeySet();
    try (Processor processor =
        Processor.on(tasks)
            .queue("plain")
            .action("Note", String.class, (text, context) -> ran.add(text))
            .start()) {
      assertThat(processor.awaitReady(PATIENCE)).isTrue();
      tasks
          .queues()
          .enqueue(Job.of("Note", "urgent").queue("plain").priority(Priority.HIGH).build());
      await().atMost(PATIENCE).until(() -> ran.contains("urgent"));
      assertThat(tasks.queues().getQueue("plain").orElseThrow().priorities())
          .containsExactlyInAnyOrder(Priority.HIGH, Priority.NORMAL);
      tasks.queues().createQueue(Queue.named("plain").partitions(2).build()); // still the same
      tasks.queues().updateQueue(Queue.named("plain").partitions(2).concurrency(7).build());
      assertThat(tasks.queues().getQueue("plain").orElseThrow().priorities())
          .contains(Priority.HIGH);

      TasksRuntime runtime = TasksRuntime.of(tasks);
      String low = prefix + ".plain.low";
      runtime
          .admin()
          .createTopics(List.of(new NewTopic(low, 1, (short) 1)))
          .all()
          .get(20, TimeUnit.SECONDS);
      try (Producer<byte[], byte[]> producer = runtime.clients().producer(Map.of())) {
        ProducerRecord<byte[], byte[]> foreign =
            new ProducerRecord<>(low, "\"foreign\"".getBytes(StandardCharsets.UTF_8));
        foreign.headers().add("job-type", "Note".getBytes(StandardCharsets.UTF_8));
        producer.send(foreign).get(20, TimeUnit.SECONDS);
      }
      await().atMost(PATIENCE).until(() -> ran.contains("foreign"));
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
  }

  @Test
  void lanesShareTheWorkAndLowIsNotStarved() throws Exception {
    tasks
        .queues()
        .createQueue(
            Queue.named("lanes")
                .priorities(Priority.HIGH, Priority.NORMAL, Priority.LOW)
                .concurrency(1)
                .partitions(1)
                .build());
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      for (Priority lane : Priority.values()) {
        jobs.add(Job.of("Lane", lane.lane()).priority(lane).queue("lanes").build());
      }
    }
    accepted(tasks.queues().enqueue(jobs));
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    CountDownLatch allThere = new CountDownLatch(1);
    try (Processor processor =
        Processor.on(tasks)
            .queue("lanes")
            .action(
                "Lane",
                String.class,
                (lane, context) -> {
                  if (order.isEmpty()) {
                    allThere.await(
                        3, java.util.concurrent.TimeUnit.SECONDS); // until every lane is buffered
                  }
                  order.add(lane);
                })
            .start()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    List<String> firstHundred = order.stream().skip(1).limit(100).toList();
    long high = firstHundred.stream().filter("high"::equals).count();
    long low = firstHundred.stream().filter("low"::equals).count();
    assertThat(high).isBetween(50L, 70L);
    assertThat(low).isBetween(5L, 15L);
    oracle();
  }

  @Test
  void retryThatOutgrowsItsTopicIsADeadLetterWithAShorterHistory() throws Exception {
    TasksRuntime runtime = TasksRuntime.of(tasks);
    Map<String, String> tight = Map.of("max.message.bytes", "14000");
    runtime
        .admin()
        .createTopics(
            List.of(
                new NewTopic(prefix + ".tight.retry", 1, (short) 1).configs(tight),
                new NewTopic(prefix + ".tight.dlq", 1, (short) 1).configs(tight)))
        .all()
        .get(20, TimeUnit.SECONDS);
    tasks.queues().createQueue(Queue.named("tight").partitions(1).build());
    String history = null;
    for (int i = 1; i <= 20; i++) {
      history = ErrorHistory.with(history, i, 0, "Odd", "x".repeat(200));
    }
    byte[] payload = ("\"" + "p".repeat(10_000) + "\"").getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> grown = new ProducerRecord<>(prefix + ".tight", payload);
    grown.headers().add("job-type", HeaderText.bytes("Fail"));
    grown.headers().add("job-id", HeaderText.bytes("grown"));
    grown.headers().add(JobHeaders.ERROR_HISTORY, HeaderText.bytes(history));
    try (Producer<byte[], byte[]> producer = runtime.clients().producer(Map.of())) {
      producer.send(grown).get(20, TimeUnit.SECONDS);
    }
    tasks.queues().enqueue(Job.of("Echo", "neighbour").queue("tight").build());
    try (Processor processor =
        Processor.on(tasks)
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
    EventOracle oracle = oracle();
    assertThat(oracle.ended(io.clusterdb.tasks.schemas.avro.JobState.DEAD)).hasSize(1);
    assertThat(oracle.ended(io.clusterdb.tasks.schemas.avro.JobState.SUCCEEDED)).hasSize(1);
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
    tasks.queues().createQueue(Queue.named("huge").retry(RetryPolicy.none()).build());
    TasksRuntime runtime = TasksRuntime.of(tasks);
    ProducerRecord<byte[], byte[]> small =
        tasks.queues().toRecord(Job.of("Fail").id("huge").queue("huge").build());
    ProducerRecord<byte[], byte[]> huge =
        new ProducerRecord<>(
            small.topic(), 0, small.key(), new byte[12 << 20], small.headers()); // compresses well
    try (Producer<byte[], byte[]> producer =
        runtime.clients().producer(Map.of("max.request.size", 32 << 20))) {
      producer.send(huge).get(20, TimeUnit.SECONDS);
    }
    try (Processor processor =
        Processor.on(tasks)
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
    tasks
        .queues()
        .createQueue(Queue.named("source").concurrency(50).retry(RetryPolicy.none()).build());
    tasks.queues().createQueue(Queue.named("gone").build());
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      jobs.add(Job.of(i == 5 ? "Poison" : "Fine", i).id("j" + i).queue("source").build());
    }
    CountDownLatch deleted = new CountDownLatch(1);
    CountDownLatch enqueued = new CountDownLatch(1);
    try (Processor processor =
        Processor.on(tasks)
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
      accepted(tasks.queues().enqueue(jobs));
      enqueued.await();
      tasks.queues().deleteQueue("gone");
      deleted.countDown();
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    EventOracle oracle = oracle();
    assertThat(reason(oracle, "j5")).startsWith("SettlementFailed");
    assertThat(oracle.ended(io.clusterdb.tasks.schemas.avro.JobState.SUCCEEDED)).hasSize(9);
  }

  private void produceRaw(String queue, String value, Map<String, String> headers)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(prefix + "." + queue, value.getBytes(StandardCharsets.UTF_8));
      headers.forEach(
          (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
      producer.send(record).get();
    }
  }

  /** Holds itself, so no JSON can hold it. */
  static final class Endless {
    public Endless getSelf() {
      return this;
    }
  }
}
