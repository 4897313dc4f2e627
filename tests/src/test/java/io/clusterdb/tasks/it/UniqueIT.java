package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Admission;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Unique;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Jobs with unique keys, on a real broker. */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class UniqueIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir static Path directory;

  private static EmbeddedBroker broker;
  private static TasksRuntime tasks;
  private static SchedulerService scheduler;

  private String queue;
  private JobLog log;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.builder().ephemeral().start();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())));
    scheduler =
        SchedulerService.start(tasks, SchedulerSettings.DEFAULT.stateDir(directory.resolve("a")));
    assertThat(scheduler.awaitReady(LONG)).isTrue();
  }

  @AfterAll
  static void stop() {
    scheduler.close();
    tasks.close();
    broker.close();
  }

  @BeforeEach
  void createQueue(TestInfo test) {
    queue = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    tasks.queues().createQueue(Queue.named(queue).partitions(2).build());
    log = JobLog.of(tasks, tasks.names().queue(queue));
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private Job job(String id, Unique unique) {
    return Job.of("Report", Map.of("id", id)).id(id).queue(queue).unique(unique).build();
  }

  private Admission ask(String id, Unique unique) {
    return tasks.queues().enqueueUnique(job(id, unique), LONG);
  }

  @Test
  void theFirstWinsAndTheOthersHearWhoHoldsTheKey() {
    assertThat(ask("first", Unique.key("k"))).isInstanceOf(Admission.Admitted.class);
    assertThat(ask("second", Unique.key("k")))
        .isInstanceOfSatisfying(
            Admission.Held.class, held -> assertThat(held.holder().value()).isEqualTo("first"));
    assertThat(ask("other", Unique.key("l"))).isInstanceOf(Admission.Admitted.class);
    assertThatThrownBy(() -> ask("third", Unique.key("k").reject()))
        .isInstanceOfSatisfying(
            TasksException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessageContaining("is held by job first");
    awaitIds("first", "other");
    assertThat(cancelled()).contains("second", "third").doesNotContain("first", "other");
  }

  @Test
  void aNewerJobReplacesTheOneThatWaits() {
    Unique debounced = Unique.key("k").replace().window(Duration.ofSeconds(3));
    assertThat(ask("one", debounced))
        .isInstanceOfSatisfying(
            Admission.Admitted.class, admitted -> assertThat(admitted.replaced()).isNull());
    assertThat(ask("two", debounced))
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            admitted -> assertThat(String.valueOf(admitted.replaced())).isEqualTo("one"));
    awaitIds("two");
    assertThat(cancelled()).contains("one").doesNotContain("two");
    assertThat(ask("three", debounced))
        .isInstanceOfSatisfying(
            Admission.Admitted.class, admitted -> assertThat(admitted.replaced()).isNull());
  }

  @Test
  void aJobThatWaitsForNewerOnesIsCancelled() {
    ask("unwanted", Unique.key("k").replace());
    String command = tasks.commands().cancel(Target.of("unwanted"), "changed my mind");
    await().atMost(LONG).until(() -> cancelled().contains("unwanted"));
    assertThat(ask("wanted", Unique.key("k"))).isInstanceOf(Admission.Admitted.class);
    awaitIds("wanted");
    assertThat(EventOracle.read(broker.bootstrap(), tasks.names().prefix()).of("unwanted"))
        .singleElement()
        .satisfies(event -> assertThat(event.getCommandId()).isEqualTo(command));
  }

  @Test
  void aJobOfTheCallersTransactionAsksWhenThatCommits() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        tasks.clients().producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, queue))) {
      producer.initTransactions();
      producer.beginTransaction();
      CompletableFuture<Admission> aborted =
          tasks.queues().enqueueUnique(job("aborted", Unique.key("k")), producer);
      producer.abortTransaction();
      producer.beginTransaction();
      CompletableFuture<Admission> committed =
          tasks.queues().enqueueUnique(job("committed", Unique.key("k")), producer);
      producer.commitTransaction();
      assertThat(committed.get(60, java.util.concurrent.TimeUnit.SECONDS))
          .isInstanceOf(Admission.Admitted.class);
      assertThat(ask("late", Unique.key("k")))
          .isInstanceOfSatisfying(
              Admission.Held.class,
              held -> assertThat(held.holder().value()).isEqualTo("committed"));
      assertThat(aborted).isNotDone();
      aborted.cancel(false);
    }
    awaitIds("committed");
  }

  /** The oracle is the log: of each key one job, which is the one that was told that it runs. */
  @Test
  void oneJobOfEachKeyIsAdmittedWhileOneOfTwoSchedulersIsKilled() throws Exception {
    int keys = 40;
    int rounds = 12;
    List<CompletableFuture<Admission>> answers = new ArrayList<>();
    try (JavaProcess other =
        JavaProcess.start(
            SchedulerProcess.class, broker.bootstrap(), "-", directory.resolve("b").toString())) {
      assertThat(other.nextLine()).isEqualTo("ready");
      for (int round = 0; round < rounds; round++) {
        for (int key = 0; key < keys; key++) {
          answers.add(
              tasks
                  .queues()
                  .enqueueUniqueAsync(job("key-" + key + "-" + round, Unique.key("k" + key))));
        }
        if (round == rounds / 2) {
          await().atMost(LONG).until(() -> answers.stream().anyMatch(CompletableFuture::isDone));
          other.kill();
        }
      }
    }
    await().atMost(LONG).until(() -> answers.stream().allMatch(CompletableFuture::isDone));
    List<String> admitted = new ArrayList<>();
    for (CompletableFuture<Admission> answer : answers) {
      if (answer.join() instanceof Admission.Admitted told) {
        admitted.add(told.job().value());
      }
    }
    assertThat(admitted.stream().map(UniqueIT::keyOf)).hasSize(keys).doesNotHaveDuplicates();
    awaitIds(admitted.toArray(String[]::new));
    assertThat(cancelled().stream().filter(id -> id.startsWith("key-")))
        .hasSize(keys * (rounds - 1));
  }

  private static String keyOf(String id) {
    return id.substring(0, id.lastIndexOf('-'));
  }

  /** Waits until these jobs, and only these, came to the queue, each once. */
  private void awaitIds(String... ids) {
    await().atMost(LONG).until(() -> log.ids().size() >= ids.length);
    assertThat(log.ids()).containsExactlyInAnyOrder(ids);
  }

  private static List<String> cancelled() {
    EventOracle events = EventOracle.read(broker.bootstrap(), tasks.names().prefix());
    assertThat(events.breaches()).isEmpty();
    return List.copyOf(events.ended(JobState.CANCELLED));
  }
}
