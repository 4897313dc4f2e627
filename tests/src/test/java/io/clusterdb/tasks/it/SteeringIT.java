package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.schemas.avro.JobEvent;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask of jobs that workers hold, or will, and of queues. */
@NullUnmarked // fields are set before each test
class SteeringIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static EmbeddedBroker broker;

  private final ConcurrentLinkedQueue<String> started = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> interrupted = new ConcurrentLinkedQueue<>();
  private final AtomicLong lastStart = new AtomicLong();
  private volatile boolean repaired;
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
    prefix = "c" + PREFIXES.incrementAndGet();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap()).prefix(prefix)));
    tasks
        .queues()
        .createQueue(
            Queue.named("work").partitions(1).concurrency(4).ordering(Ordering.KEY).build());
  }

  @AfterEach
  void disconnect() {
    tasks.close();
  }

  @Test
  void aRunningJobIsInterruptedAndAQueuedOneNeverRuns() throws Exception {
    enqueue("running", "hang", "one");
    enqueue("queued", "quick", "one");
    enqueue("last", "quick", "one");
    try (Processor processor = worker(Duration.ofSeconds(30))) {
      await().atMost(PATIENCE).until(() -> started.contains("running"));
      String queued = cancel("queued", null);
      String running = cancel("running", "no longer wanted");
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
      assertCancelled("running", running, "no longer wanted");
      assertCancelled("queued", queued, "cancelled before it ran");
    }
    assertThat(started).containsExactly("running", "last");
    assertThat(interrupted).containsExactly("running");
    assertThat(events().ended(JobState.SUCCEEDED)).containsExactly("last");
  }

  @Test
  void aWorkerThatComesAfterTheCommandKnowsIt() throws Exception {
    enqueue("held", "hang", "one");
    try (Processor first = worker(Duration.ofMillis(1))) {
      await().atMost(PATIENCE).until(() -> started.contains("held"));
    } // it goes without an outcome
    assertThat(events().ended(JobState.CANCELLED)).isEmpty();
    enqueue("waiting", "quick", "two");
    String held = cancel("held", null);
    String waiting = cancel("waiting", null);
    started.clear();
    try (Processor second = worker(Duration.ofSeconds(30))) {
      assertThat(second.awaitEmpty(PATIENCE)).isTrue();
      assertCancelled("held", held, "cancelled before it ran");
      assertCancelled("waiting", waiting, "cancelled before it ran");
      enqueue("waiting", "quick", "two"); // the id once more: not what was cancelled
      assertThat(second.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(started).containsExactly("waiting");
  }

  @Test
  void thePromptWaitsUntilACancellationIsDone() throws Exception {
    enqueue("running", "hang", "one");
    assertThat(cli("job", "cancel", "running", "--within", "1ms")).isEqualTo(1); // nobody there
    enqueue("again", "hang", "two");
    try (Processor processor = worker(Duration.ofSeconds(30))) {
      await().atMost(PATIENCE).until(() -> started.contains("again"));
      assertThat(cli("job", "cancel", "again", "--reason", "enough", "--within", "60s")).isZero();
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(events().ended(JobState.CANCELLED)).containsExactlyInAnyOrder("running", "again");
    assertThat(events().of("again").getLast().getNote()).isEqualTo("enough");
    assertThat(started).containsExactly("again");
  }

  @Test
  void aPausedQueueStandsWithinASecondAndAcrossRestartsAndApply(@TempDir Path folder)
      throws Exception {
    AtomicInteger sent = new AtomicInteger();
    try (Processor processor = worker(Duration.ofSeconds(30))) {
      enqueue("first", "quick", "first");
      await().atMost(PATIENCE).until(() -> started.contains("first"));
      assertThat(cli("queue", "pause", "work")).isZero();
      long paused = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                enqueue("more-" + sent.incrementAndGet(), "quick", "more");
                return System.nanoTime() - paused > Duration.ofSeconds(2).toNanos();
              });
      assertThat(lastStart.get() - paused).isLessThan(Duration.ofSeconds(1).toNanos());
      assertThat(started).doesNotContain("more-" + sent.get());
    }
    Path file = folder.resolve("tasks.yaml");
    Files.writeString(
        file,
        "tasks: { queues: { work: { partitions: 1, ordering: key, concurrency: 7 } } }",
        UTF_8);
    assertThat(cli("apply", "-f", file.toString())).isZero();
    int before = started.size();
    try (Processor restarted = worker(Duration.ofSeconds(30))) {
      assertThat(restarted.awaitReady(PATIENCE)).isTrue();
      assertThat(restarted.awaitEmpty(Duration.ofSeconds(1))).isFalse();
      assertThat(started).hasSize(before);
      assertThat(cli("queue", "resume", "work")).isZero();
      assertThat(restarted.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(started).hasSize(sent.get() + 1);
    assertThat(cli("queue", "pause", "nowhere")).isEqualTo(3);
  }

  @Test
  void aDeadJobAndACancelledOneGetAnotherRun() throws Exception {
    enqueue("bad", "fail", "bad");
    enqueue("running", "hang", "one");
    enqueue("done", "quick", "done");
    try (Processor processor = worker(Duration.ofSeconds(30))) {
      await().atMost(PATIENCE).until(() -> started.contains("running"));
      cancel("running", null);
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    JobId bad = tasks.tasks().retry("bad");
    assertThat(cli("job", "retry", "running")).isZero();
    assertThatThrownBy(() -> tasks.tasks().retry("running"))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThatThrownBy(() -> tasks.tasks().retry("bad"))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThatThrownBy(() -> tasks.tasks().retry("done"))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThat(cli("job", "retry", "never-was")).isEqualTo(3);
    repaired = true;
    try (Processor processor = worker(Duration.ofSeconds(30))) {
      assertThat(processor.awaitEmpty(PATIENCE)).isTrue();
    }
    assertThat(events().ended(JobState.SUCCEEDED))
        .containsExactlyInAnyOrder("done", "bad", "running");
    assertThat(events().of("bad").getLast().getRun()).isEqualTo(bad.run());
    assertThat(events().of("bad").getLast().getAttempt()).isEqualTo(1);
  }

  private int cli(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    return Cli.run(
        new ByteArrayInputStream(new byte[0]),
        out,
        new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
        Map.of("TASKS_BOOTSTRAP", broker.bootstrap(), "TASKS_PREFIX", prefix),
        arguments);
  }

  private void enqueue(String id, String type, String key) {
    tasks.queues().enqueue(Job.of(type, id).id(id).key(key).queue("work").build());
  }

  private String cancel(String id, String reason) {
    return tasks.commands().cancel(Target.of(id), reason);
  }

  private Processor worker(Duration drain) {
    return Processor.on(tasks)
        .queue("work")
        .drainTimeout(drain)
        .handler(
            "hang",
            String.class,
            (id, context) -> {
              started.add(id);
              if (repaired) {
                return id;
              }
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.add(id);
                throw e;
              }
              return id;
            })
        .handler(
            "fail",
            String.class,
            (id, context) -> {
              if (!repaired) {
                throw new PermanentFailure("on purpose");
              }
              return id;
            })
        .handler(
            "quick",
            String.class,
            (id, context) -> {
              started.add(id);
              lastStart.set(System.nanoTime());
              return id;
            })
        .start();
  }

  private EventOracle events() {
    EventOracle oracle = EventOracle.read(broker.bootstrap(), prefix);
    assertThat(oracle.breaches()).isEmpty();
    return oracle;
  }

  private void assertCancelled(String id, String command, String note) {
    List<JobEvent> ends =
        events().of(id).stream().filter(event -> event.getState() != JobState.RUNNING).toList();
    assertThat(ends)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
              assertThat(event.getCommandId()).isEqualTo(command);
              assertThat(event.getNote()).isEqualTo(note);
            });
  }
}
