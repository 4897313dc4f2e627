package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of running workers when their queue is changed, grown, paused or deleted. */
@NullUnmarked // fields are set before each test
class QueueLifeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static EmbeddedBroker broker;

  private final AtomicInteger inside = new AtomicInteger();
  private final Semaphore doors = new Semaphore(0);
  private final ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> starts = new ConcurrentLinkedQueue<>();
  private String prefix;
  private TasksRuntime tasks;

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
    prefix = "q" + PREFIXES.incrementAndGet();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap()).prefix(prefix)));
  }

  @AfterEach
  void disconnect() {
    doors.release(1_000);
    tasks.close();
  }

  @Test
  void concurrencyAndRateChangeInRunningWorkers(@TempDir Path folder) throws Exception {
    Queue queue = Queue.named("work").partitions(1).concurrency(1).build();
    tasks.queues().createQueue(queue);
    try (Processor processor = worker()) {
      for (int i = 0; i < 10; i++) {
        enqueue("held-" + i, "hold");
      }
      await().atMost(PATIENCE).until(() -> inside.get() == 1);
      tasks.queues().updateQueue(queue.toBuilder().concurrency(3).build());
      await().atMost(SOON).until(() -> inside.get() == 3);
      Path file = folder.resolve("tasks.yaml");
      Files.writeString(file, "tasks: { queues: { work: { concurrency: 6 } } }", UTF_8);
      assertThat(cli("apply", "-f", file.toString())).isZero();
      await().atMost(SOON).until(() -> inside.get() == 6);
      tasks.queues().updateQueue(queue.toBuilder().concurrency(2).build());
      doors.release(1_000);
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();

      tasks
          .queues()
          .updateQueue(
              queue.toBuilder()
                  .concurrency(50)
                  .rateLimit(RateLimit.perSecond(10).burst(1))
                  .build());
      await()
          .atMost(SOON)
          .until(() -> tasks.catalog().current().queues().get("work").rateLimit() != null);
      int before = starts.size();
      for (int i = 0; i < 20; i++) {
        enqueue("slow-" + i, "quick");
      }
      await().atMost(PATIENCE).until(() -> starts.size() >= before + 5);
      assertThat(starts.size()).as("at 10 a second").isLessThan(before + 20);
      tasks.queues().updateQueue(queue.toBuilder().concurrency(50).build());
      await().atMost(SOON).until(() -> done.contains("slow-19"));
    }
  }

  @Test
  void theRetryPolicyChangesInRunningWorkers() throws Exception {
    Queue queue =
        Queue.named("work").partitions(1).ordering(Ordering.KEY).retry(RetryPolicy.none()).build();
    tasks.queues().createQueue(queue);
    try (Processor processor = worker()) {
      enqueue("once", "fail");
      await().atMost(PATIENCE).until(() -> events().ended(JobState.DEAD).contains("once"));
      Duration pause = Duration.ofMillis(1);
      tasks
          .queues()
          .updateQueue(
              queue.toBuilder().retry(RetryPolicy.linear(pause, pause).maxAttempts(4)).build());
      await()
          .atMost(SOON)
          .until(() -> tasks.catalog().current().queues().get("work").retry().maxAttempts() == 4);
      // The worker has a reader of its own, a moment behind or ahead of this one.
      AtomicInteger tries = new AtomicInteger();
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(300))
          .until(
              () -> {
                String id = "often-" + tries.incrementAndGet();
                enqueue(id, "fail");
                await().atMost(PATIENCE).until(() -> events().ended(JobState.DEAD).contains(id));
                return events().of(id).getLast().getAttempt() == 4;
              });
      assertThat(processor.running()).isTrue();
    }
    assertThat(events().breaches()).isEmpty();
  }

  @Test
  void addedPartitionsAreUsedByWorkersAndCounted() throws Exception {
    tasks
        .queues()
        .createQueue(
            Queue.named("work").partitions(1).priorities(Priority.HIGH, Priority.NORMAL).build());
    try (Processor processor = worker()) {
      assertThat(processor.awaitReady(PATIENCE)).isTrue();
      assertThat(cli("queue", "add-partitions", "work", "4")).isZero();
      assertThat(tasks.queues().getQueue("work").orElseThrow().partitions()).isEqualTo(4);
      assertThat(
              tasks
                  .topics()
                  .partitions(
                      List.of(prefix + ".work", prefix + ".work.high", prefix + ".work.retry")))
          .containsOnly(
              Map.entry(prefix + ".work", 4),
              Map.entry(prefix + ".work.high", 4),
              Map.entry(prefix + ".work.retry", 4));
      AtomicInteger sent = new AtomicInteger();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                enqueue("job-" + sent.incrementAndGet(), "quick");
                return usedPartitions() == 4;
              });
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
      assertThat(done).hasSize(sent.get());
      assertThat(cli("queue", "add-partitions", "work", "3")).isEqualTo(1);
      assertThat(cli("queue", "add-partitions", "work", "4")).isZero();
    }
    enqueue("left", "quick");
    assertThat(tasks.queues().depth("work").get(Priority.NORMAL)).isPositive();
  }

  @Test
  void aQueueThatOrdersByKeyGrowsOnlyPausedAndDrained() throws Exception {
    tasks.queues().createQueue(Queue.named("work").partitions(1).ordering(Ordering.KEY).build());
    enqueue("first", "quick");
    assertConflict(() -> tasks.queues().addPartitions("work", 2));
    tasks.queues().pause("work");
    assertConflict(() -> tasks.queues().addPartitions("work", 2));
    tasks.queues().resume("work");
    try (Processor processor = worker()) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
      tasks.queues().pause("work");
      tasks.queues().addPartitions("work", 2);
      tasks.queues().resume("work");
    }
    assertThat(tasks.topics().partitions(List.of(prefix + ".work")))
        .containsEntry(prefix + ".work", 2);
  }

  @Test
  void jobsOfAPausedQueueCanBeCancelled() throws Exception {
    tasks.queues().createQueue(Queue.named("work").partitions(1).ordering(Ordering.KEY).build());
    tasks.queues().pause("work");
    for (String id : List.of("a", "b", "c")) {
      tasks.queues().enqueue(Job.of("quick", id).id(id).key("same").queue("work").build());
    }
    try (Processor processor = worker()) {
      assertThat(processor.awaitReady(PATIENCE)).isTrue();
      tasks.commands().cancel(Target.of("b"), null);
      await().atMost(PATIENCE).until(() -> events().ended(JobState.CANCELLED).contains("b"));
      tasks.commands().cancel(Target.of("a"), null);
      await().atMost(PATIENCE).until(() -> events().ended(JobState.CANCELLED).contains("a"));
      assertThat(done).isEmpty();
      tasks.queues().resume("work");
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(done).containsExactly("c");
    assertThat(events().breaches()).isEmpty();
  }

  @Test
  void aQueueInUseIsDeletedAndCanBeMadeAnew() throws Exception {
    Queue queue = Queue.named("work").partitions(2).concurrency(2).build();
    tasks.queues().createQueue(queue);
    tasks.queues().createQueue(Queue.named("other").partitions(1).build());
    try (Processor processor = worker("work", "other")) {
      for (int i = 0; i < 10; i++) {
        enqueue("lost-" + i, "hold");
      }
      await().atMost(PATIENCE).until(() -> inside.get() == 2);
      assertThat(cli("queue", "delete", "work")).as("without confirmation").isEqualTo(2);
      assertThat(cli("queue", "delete", "work", "--yes")).isZero();
      assertThat(tasks.queues().getQueue("work")).isEmpty();
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  tasks
                      .topics()
                      .existing(List.of(prefix + ".work", prefix + ".work.dlq"))
                      .isEmpty());
      doors.release(1_000);
      tasks.queues().enqueue(Job.of("quick", "here").id("here").queue("other").build());
      await().atMost(PATIENCE).until(() -> done.contains("here"));
      tasks.queues().createQueue(queue);
      enqueue("again", "quick");
      await().atMost(PATIENCE).until(() -> done.contains("again"));
      assertThat(processor.running()).isTrue();
    }
  }

  private long usedPartitions() {
    return EventOracle.Log.read(broker.bootstrap(), prefix + ".work").stream()
        .map(ConsumerRecord::partition)
        .distinct()
        .count();
  }

  private static void assertConflict(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }

  private int cli(String... arguments) {
    return Cli.run(
        new ByteArrayInputStream(new byte[0]),
        new ByteArrayOutputStream(),
        new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
        Map.of("TASKS_BOOTSTRAP", broker.bootstrap(), "TASKS_PREFIX", prefix),
        arguments);
  }

  private void enqueue(String id, String type) {
    tasks.queues().enqueue(Job.of(type, id).id(id).queue("work").build());
  }

  private Processor worker(String... queues) {
    Processor.Builder builder = Processor.on(tasks);
    for (String queue : queues.length == 0 ? new String[] {"work"} : queues) {
      builder.queue(queue);
    }
    return builder
        .drainTimeout(Duration.ofSeconds(5))
        .handler(
            "hold",
            String.class,
            (id, context) -> {
              inside.incrementAndGet();
              try {
                doors.acquire();
              } finally {
                inside.decrementAndGet();
              }
              return id;
            })
        .handler(
            "fail",
            String.class,
            (id, context) -> {
              throw new NamedFailure("Odd", "on purpose");
            })
        .handler(
            "quick",
            String.class,
            (id, context) -> {
              starts.add(System.nanoTime());
              done.add(id);
              return id;
            })
        .start();
  }

  private EventOracle events() {
    return EventOracle.read(broker.bootstrap(), prefix);
  }
}
