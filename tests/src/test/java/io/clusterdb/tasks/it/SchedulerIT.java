package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.scheduler.SchedulerState;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // start() comes before each test
class SchedulerIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;

  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static EmbeddedBroker broker;

  private TasksRuntime tasks;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void connect() {
    String prefix = "s" + PREFIXES.incrementAndGet();
    tasks =
        TasksRuntime.of(
            Tasks.connect(TasksConfig.of(broker.bootstrap()).prefix(prefix).sharedPartitions(4)));
  }

  @AfterEach
  void disconnect() {
    tasks.close();
  }

  @Test
  void startsWithoutAnyQueueAndFindsNewOnesWithinSeconds() throws Exception {
    try (SchedulerService scheduler = SchedulerService.start(tasks, SchedulerSettings.DEFAULT)) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      create("mail");
      long created = System.nanoTime();
      retry("mail", "job-1", Duration.ofMillis(1));
      awaitIds("mail", 1);
      report("a retry of a new queue came back after %d ms", millisSince(created));
      create("later");
      retry("later", "job-2", Duration.ofMillis(500));
      awaitIds("later", 1);
      assertThat(scheduler.state().ready()).isTrue();
    }
  }

  @Test
  void delayedJobsLeaveOnceAndNeverEarlyAcrossRestarts() throws Exception {
    create("mail");
    Map<String, Instant> due = new HashMap<>();
    Random random = new Random(7);
    SchedulerSettings one = SchedulerSettings.DEFAULT.instance("one");
    SchedulerService scheduler =
        SchedulerService.start(tasks, one.stateDir(directory.resolve("first")));
    for (int round = 0; round < 3; round++) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      due.putAll(enqueueDelayed("round-" + round, 1_000, random));
      scheduler.close();
      // The second start finds its stores, the third restores them from Kafka.
      Path state = directory.resolve(round == 0 ? "first" : "other-" + round);
      scheduler = SchedulerService.start(tasks, one.stateDir(state));
    }
    try (SchedulerService last = scheduler) {
      assertOnceAndNeverEarly("mail", due);
      assertThat(last.ready()).isTrue();
    }
  }

  @Test
  void twoSchedulersShareTheWork() throws Exception {
    create("mail");
    try (SchedulerService one = SchedulerService.start(tasks, SchedulerSettings.DEFAULT);
        SchedulerService two =
            SchedulerService.start(tasks, SchedulerSettings.DEFAULT.standbyReplicas(1))) {
      assertThat(one.awaitReady(LONG)).isTrue();
      assertThat(two.awaitReady(LONG)).isTrue();
      Map<String, Instant> due = enqueueDelayed("shared", 2_000, new Random(9));
      two.close();
      assertOnceAndNeverEarly("mail", due);
    }
  }

  @Test
  void manyJobsOfOneInstantAllLeaveAfterIt() throws Exception {
    create("mail");
    int jobs = 10_000;
    try (SchedulerService scheduler = SchedulerService.start(tasks, SchedulerSettings.DEFAULT)) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      Instant instant = Instant.now().plusSeconds(6);
      tasks
          .queues()
          .enqueue(
              IntStream.range(0, jobs)
                  .mapToObj(
                      i ->
                          Job.of("Letter", Map.of("number", i))
                              .id("job-" + i)
                              .queue("mail")
                              .schedule(Schedule.at(instant))
                              .build())
                  .toList());
      long early = Duration.between(Instant.now(), instant).toMillis();
      List<ConsumerRecord<byte[], byte[]>> records = awaitRecords("mail", jobs);
      List<Long> late =
          records.stream().map(job -> job.timestamp() - instant.toEpochMilli()).sorted().toList();
      report(
          "%d jobs of one instant, enqueued %d ms before: lateness p50 %d ms, p99 %d ms, max %d ms",
          jobs, early, late.get(jobs / 2), late.get(jobs * 99 / 100), late.getLast());
      assertThat(late.getFirst()).as("lateness of the first").isNotNegative();
      assertThat(ids(records)).doesNotHaveDuplicates();
    }
  }

  @Test
  void aQueueThatIsDeletedStopsNothing() throws Exception {
    create("mail");
    create("other");
    try (SchedulerService scheduler = SchedulerService.start(tasks, SchedulerSettings.DEFAULT)) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      retry("mail", "retried", Duration.ofMillis(1));
      awaitIds("mail", 1);
      Set<String> threads = streamThreads();
      enqueue("mail", "orphan", Duration.ofSeconds(4));
      enqueue("other", "spared", Duration.ofSeconds(5));
      retry("mail", "orphaned-retry", Duration.ofSeconds(3));
      try (JobLog delayed = JobLog.of(tasks, tasks.names().delayed())) {
        await()
            .atMost(LONG)
            .until(() -> delayed.ids().containsAll(Set.of("orphan", "spared", "orphaned-retry")));
      }
      tasks.queues().deleteQueue("mail");
      awaitIds("other", 1);
      try (JobLog dead = JobLog.of(tasks, tasks.names().schedulerDeadLetters())) {
        await().atMost(LONG).until(() -> dead.ids().size() == 2);
        assertThat(dead.ids()).containsExactlyInAnyOrder("orphan", "orphaned-retry");
        assertThat(dead.read())
            .allMatch(job -> "QUEUE_NOT_FOUND".equals(JobLog.header(job, JobHeaders.ERROR_TYPE)));
      }
      create("mail");
      retry("mail", "of-the-new-queue", Duration.ofMillis(1));
      awaitIds("mail", 1);
      retry("other", "still-there", Duration.ofMillis(1));
      awaitIds("other", 2);
      assertThat(scheduler.state()).isIn(SchedulerState.RUNNING, SchedulerState.REBALANCING);
      assertThat(streamThreads()).as("threads, of which none died").isEqualTo(threads);
    }
  }

  @Test
  void aJobComesToItsLaneWithItsKeyAndItsHeaders() throws Exception {
    tasks.queues().createQueue(Queue.named("mail").priorities(Priority.HIGH, Priority.LOW).build());
    try (SchedulerService scheduler = SchedulerService.start(tasks, SchedulerSettings.DEFAULT)) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      tasks
          .queues()
          .enqueue(
              Job.of("Letter", Map.of("to", "a@b.c"))
                  .id("job-1")
                  .queue("mail")
                  .priority(Priority.HIGH)
                  .metadata("source", "test")
                  .schedule(Schedule.after(Duration.ofMillis(300)))
                  .build());
      try (JobLog log = JobLog.of(tasks, tasks.names().queue("mail", Priority.HIGH))) {
        await().atMost(LONG).until(() -> !log.ids().isEmpty());
        ConsumerRecord<byte[], byte[]> job = log.read().getFirst();
        assertThat(JobLog.header(job, "job-meta-source")).isEqualTo("test");
        assertThat(JobLog.header(job, JobHeaders.DELAY_MS)).isNull();
        assertThat(job.value()).isEqualTo(HeaderText.bytes("{\"to\":\"a@b.c\"}"));
        assertThat(job.key()).isEqualTo(HeaderText.bytes("job-1"));
      }
    }
  }

  @Test
  void aWaitingJobIsCancelledOrGetsAnotherTime() throws Exception {
    create("mail");
    try (SchedulerService scheduler = SchedulerService.start(tasks, SchedulerSettings.DEFAULT)) {
      assertThat(scheduler.awaitReady(LONG)).isTrue();
      enqueue("mail", "unwanted", Duration.ofSeconds(4));
      enqueue("mail", "later", Duration.ofMinutes(10));
      enqueue("mail", "untouched", Duration.ofSeconds(5));
      String cancel = tasks.commands().cancel(Target.of("unwanted"), "changed my mind");
      Instant soon = Instant.now().plusSeconds(2);
      tasks.commands().reschedule(Target.of("later"), soon);
      assertThat(new TreeSet<>(ids(awaitRecords("mail", 2)))).containsExactly("later", "untouched");
      EventOracle events = EventOracle.read(broker.bootstrap(), tasks.names().prefix());
      assertThat(events.of("unwanted"))
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
                assertThat(event.getNote()).isEqualTo("changed my mind");
                assertThat(event.getCommandId()).isEqualTo(cancel);
              });
    }
  }

  private static Set<String> streamThreads() {
    Set<String> names = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().matches(".*-StreamThread-[0-9]+")) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  private void create(String queue) {
    tasks.queues().createQueue(Queue.named(queue).partitions(4).build());
  }

  private void enqueue(String queue, String id, Duration delay) {
    tasks
        .queues()
        .enqueue(Job.of("Letter").id(id).queue(queue).schedule(Schedule.after(delay)).build());
  }

  /** Enqueues jobs with delays of up to 5 seconds; when each is due, by the broker's clock. */
  private Map<String, Instant> enqueueDelayed(String name, int count, Random random) {
    Instant before = Instant.now();
    Map<String, Instant> due = new HashMap<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Duration delay = Duration.ofMillis(random.nextInt(5_000));
      String id = name + "-" + i;
      due.put(id, before.plus(delay));
      jobs.add(Job.of("Letter").id(id).queue("mail").schedule(Schedule.after(delay)).build());
    }
    assertThat(tasks.queues().enqueue(jobs)).hasSize(count);
    return due;
  }

  /** What a worker writes when an attempt has failed. */
  private void retry(String queue, String id, Duration wait) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        tasks.queues().toRecord(Job.of("Letter").id(id).queue(queue).build());
    ProducerRecord<byte[], byte[]> retry =
        new ProducerRecord<>(
            tasks.names().retry(queue), null, record.key(), record.value(), record.headers());
    retry.headers().remove(JobHeaders.ATTEMPT).add(JobHeaders.ATTEMPT, HeaderText.bytes(2));
    retry.headers().add(JobHeaders.DELAY_MS, HeaderText.bytes(wait.toMillis()));
    try (KafkaProducer<byte[], byte[]> producer = tasks.clients().producer(Map.of())) {
      producer.send(retry).get();
    }
  }

  private void assertOnceAndNeverEarly(String queue, Map<String, Instant> due) {
    List<ConsumerRecord<byte[], byte[]>> records = awaitRecords(queue, due.size());
    assertThat(new TreeSet<>(ids(records))).isEqualTo(new TreeSet<>(due.keySet()));
    assertThat(records).as("each once").hasSameSizeAs(due.keySet());
    for (ConsumerRecord<byte[], byte[]> job : records) {
      assertThat(Instant.ofEpochMilli(job.timestamp()))
          .as("departure of %s", id(job))
          .isAfterOrEqualTo(due.get(id(job)));
    }
  }

  private void awaitIds(String queue, int count) {
    assertThat(Set.copyOf(ids(awaitRecords(queue, count)))).hasSize(count);
  }

  private List<ConsumerRecord<byte[], byte[]>> awaitRecords(String queue, int count) {
    try (JobLog log = JobLog.of(tasks, tasks.names().queue(queue))) {
      await().atMost(LONG).until(() -> log.read().size() >= count);
      return log.read();
    }
  }

  private static List<String> ids(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(job -> String.valueOf(id(job))).toList();
  }

  private static @Nullable String id(ConsumerRecord<byte[], byte[]> job) {
    return JobLog.header(job, JobHeaders.ID);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  @SuppressWarnings("AnnotateFormatMethod") // only constants are handed in
  private static void report(String text, Object... values) {
    System.err.println("SchedulerIT: " + text.formatted(values));
  }
}
