package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleInfo;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Scheduler;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Schedules on a real broker. {@code -Dschedule.kills=20} makes the scheduler die more often than
 * every build needs.
 */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class ScheduleIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int KILLS = Integer.getInteger("schedule.kills", 3);

  @TempDir static Path directory;

  private static EmbeddedBroker broker;
  private static TasksRuntime tasks;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.builder().ephemeral().start();
    tasks = TasksRuntime.of(Tasks.connect(TasksConfig.of(broker.bootstrap())));
  }

  @AfterAll
  static void stop() {
    tasks.close();
    broker.close();
  }

  private static ScheduledTask eachSecond(String name, String queue) {
    return ScheduledTask.named(name)
        .schedule(Schedule.cron("* * * * * *"))
        .task(Task.of("Tick").queue(queue));
  }

  private static SchedulerService scheduler(String name) throws InterruptedException {
    SchedulerService service =
        SchedulerService.start(tasks, SchedulerSettings.DEFAULT.stateDir(directory.resolve(name)));
    assertThat(service.awaitReady(LONG)).isTrue();
    return service;
  }

  /**
   * The oracle is the log: an id for each second from the first fire to the last, and each delayed
   * job, once and not before its time.
   */
  @Test
  void aKilledSchedulerFiresEachSecondAndSendsEachDelayedJobOnce() throws Exception {
    tasks.queues().createQueue(Queue.named("ticks").partitions(1).build());
    tasks.queues().createQueue(Queue.named("later").partitions(4).build());
    tasks.schedules().configure(eachSecond("tick", "ticks").misfire(Misfire.FIRE_ALL));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, Instant> due = new HashMap<>();
    String state = directory.resolve("killed").toString();
    for (int i = 0; i < KILLS; i++) {
      try (JavaProcess process =
          JavaProcess.start(SchedulerProcess.class, broker.bootstrap(), "one", state)) {
        due.putAll(enqueueDelayed("later-" + i, 500, random));
        assertThat(process.nextLine()).isEqualTo("ready");
        // Killed at any moment.
        assertThat(process.ended(Duration.ofMillis(200 + random.nextInt(2_300)))).isFalse();
      }
    }
    try (JavaProcess process =
            JavaProcess.start(SchedulerProcess.class, broker.bootstrap(), "one", state);
        JobLog ticks = JobLog.of(tasks, tasks.names().queue("ticks"));
        JobLog later = JobLog.of(tasks, tasks.names().queue("later"))) {
      assertThat(process.nextLine()).isEqualTo("ready");
      Instant until = Instant.now();
      await()
          .atMost(LONG)
          .until(
              () ->
                  ticks.ids().stream().anyMatch(id -> planned(id).isAfter(until))
                      && later.read().size() >= due.size());
      assertEachSecondOnce(ticks.read());
      assertThat(later.ids()).as("seed " + seed).containsExactlyInAnyOrderElementsOf(due.keySet());
      later.read().forEach(job -> assertNotBefore(job, due.get(id(job))));
      System.err.printf(
          "ScheduleIT: %d kills, %d fires and %d delayed jobs, each once and none early%n",
          KILLS, ticks.read().size(), later.read().size());
    }
    tasks.schedules().delete("tick");
  }

  /** Jobs that fall due within some seconds; when each may leave, by the broker's clock. */
  private static Map<String, Instant> enqueueDelayed(String name, int count, Random random) {
    Instant before = Instant.now();
    Map<String, Instant> due = new HashMap<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Duration delay = Duration.ofMillis(random.nextInt(10_000));
      String id = name + "-" + i;
      due.put(id, before.plus(delay));
      jobs.add(Job.of("Letter").id(id).queue("later").schedule(Schedule.after(delay)).build());
    }
    assertThat(tasks.queues().enqueue(jobs))
        .allMatch(result -> result instanceof EnqueueResult.Accepted);
    return due;
  }

  private static void assertEachSecondOnce(List<ConsumerRecord<byte[], byte[]>> fires) {
    List<Instant> times = fires.stream().map(job -> planned(id(job))).sorted().toList();
    assertThat(times).doesNotHaveDuplicates();
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i)).isEqualTo(times.get(i - 1).plusSeconds(1));
    }
    fires.forEach(job -> assertNotBefore(job, planned(id(job))));
  }

  private static void assertNotBefore(
      ConsumerRecord<byte[], byte[]> job, @Nullable Instant earliest) {
    assertThat(Instant.ofEpochMilli(job.timestamp())).as(id(job)).isAfterOrEqualTo(earliest);
  }

  private static String id(ConsumerRecord<byte[], byte[]> job) {
    return Objects.requireNonNull(JobLog.header(job, "job-id"));
  }

  private static Instant planned(String id) {
    return Instant.parse(id.substring(id.indexOf('@') + 1));
  }

  @Test
  void whatIsConfiguredInJavaRunsAndItsOutcomeIsSeen() throws Exception {
    tasks.queues().createQueue(Queue.named("reports").partitions(1).build());
    try (SchedulerService scheduler = scheduler("java");
        Processor processor =
            Processor.on(tasks)
                .queue("reports")
                .handler("Tick", Map.class, (in, job) -> in)
                .start();
        JobLog log = JobLog.of(tasks, tasks.names().queue("reports"))) {
      tasks.configureScheduler(
          Scheduler.inZone("Europe/Berlin")
              .metrics(true)
              .task(
                  eachSecond("report", "reports")
                      .exclusive()
                      .task(
                          Task.of("Tick")
                              .queue("reports")
                              .payload(Map.of("at", "{{schedule.planned_time}}")))));
      await()
          .atMost(LONG)
          .until(
              () ->
                  tasks.schedules().get("report").map(ScheduleInfo::lastRun).stream()
                      .anyMatch(run -> run.state() == JobState.SUCCEEDED));
      assertThat(log.read()).isNotEmpty();

      tasks.schedules().pause("report");
      JobId triggered = tasks.schedules().trigger("report");
      await().atMost(LONG).until(() -> log.ids().contains(triggered.value()));
      ScheduleInfo info = tasks.schedules().list().getFirst();
      assertThat(info.paused()).isTrue();
      assertThat(info.next()).isEmpty();

      tasks.schedules().delete("report");
      assertThat(tasks.schedules().get("report")).isEmpty();
      assertThat(scheduler.ready()).isTrue();
      assertThat(processor.instanceId()).isNotEmpty();
    }
  }

  @Test
  void aRunThatIsReplacedIsInterruptedAndTheNewOneRuns() throws Exception {
    tasks.queues().createQueue(Queue.named("syncs").partitions(1).concurrency(5).build());
    java.util.Queue<String> interrupted = new ConcurrentLinkedQueue<>();
    try (SchedulerService scheduler = scheduler("replace");
        Processor processor =
            Processor.on(tasks)
                .queue("syncs")
                .handler(
                    "Tick",
                    Map.class,
                    (in, job) -> {
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        interrupted.add(job.job().id());
                        throw e;
                      }
                      return in;
                    })
                .start()) {
      tasks.schedules().configure(eachSecond("sync", "syncs").exclusive(Exclusive.REPLACE));
      await().atMost(LONG).until(() -> interrupted.size() >= 2);
      tasks.schedules().pause("sync");
      EventOracle events = EventOracle.read(broker.bootstrap(), tasks.names().prefix());
      String first = interrupted.element();
      assertThat(events.breaches()).isEmpty();
      assertThat(events.of(first))
          .filteredOn(event -> event.getState().name().equals("CANCELLED"))
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event.getNote())
                      .isEqualTo("replaced by sync@" + planned(first).plusSeconds(1)));
      assertThat(scheduler.ready()).isTrue();
      assertThat(processor.instanceId()).isNotEmpty();
    } finally {
      tasks.schedules().delete("sync");
    }
  }

  @Test
  void aScheduleThatIsMadeAgainFiresNothingOfThePastAndPoisonStopsNothing() throws Exception {
    tasks.queues().createQueue(Queue.named("again").partitions(1).build());
    ScheduledTask schedule = eachSecond("again", "again").misfire(Misfire.FIRE_ALL);
    tasks.schedules().configure(schedule);
    try (SchedulerService scheduler = scheduler("again");
        JobLog log = JobLog.of(tasks, tasks.names().queue("again"));
        JobLog dead = JobLog.of(tasks, tasks.names().schedulerDeadLetters());
        var producer = tasks.clients().producer(Map.of())) {
      List<String> inputs =
          List.of(
              tasks.names().catalog(),
              tasks.names().scheduleCommands(),
              tasks.names().scheduleOutcomes(),
              tasks.names().control(),
              tasks.names().unique(),
              tasks.names().delayed());
      for (String topic : inputs) {
        var unused = producer.send(malformed(topic));
      }
      var unused = producer.send(malformed(tasks.names().retry("again")));
      producer.flush();
      await().atMost(LONG).until(() -> dead.read().size() == inputs.size());
      assertThat(dead.read())
          .allSatisfy(
              job ->
                  assertThat(JobLog.header(job, JobHeaders.ERROR_MESSAGE))
                      .startsWith("Invalid record: "));
      // A retry that cannot be read goes to its queue, whose worker makes the dead letter.
      await().atMost(LONG).until(() -> log.read().stream().anyMatch(ScheduleIT::isMalformed));
      await().atMost(LONG).until(() -> log.read().size() >= 2);
      tasks.schedules().delete("again");
      Instant deleted = Instant.now();
      await().atMost(LONG).until(() -> Instant.now().isAfter(deleted.plusSeconds(3)));
      Instant made = Instant.now();
      tasks.schedules().configure(schedule);
      await()
          .atMost(LONG)
          .until(
              () ->
                  log.ids().stream()
                      .filter(id -> id.contains("@"))
                      .anyMatch(id -> planned(id).isAfter(made.plusSeconds(1))));

      List<String> fires = log.ids().stream().filter(id -> id.contains("@")).toList();
      assertThat(fires).doesNotHaveDuplicates();
      assertThat(fires.stream().map(ScheduleIT::planned))
          .noneMatch(at -> at.isAfter(deleted.plusSeconds(1)) && at.isBefore(made));
      assertThat(scheduler.ready()).isTrue();
      tasks.schedules().delete("again");
    }
  }

  /**
   * As a job its attempt is no number, as a unique job it has no key, as a definition it is none.
   */
  private static ProducerRecord<byte[], byte[]> malformed(String topic) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, "schedule/x".getBytes(UTF_8), "odd".getBytes(UTF_8));
    record.headers().add(JobHeaders.ATTEMPT, "odd".getBytes(UTF_8));
    return record;
  }

  private static boolean isMalformed(ConsumerRecord<byte[], byte[]> job) {
    return "odd".equals(JobLog.header(job, JobHeaders.ATTEMPT));
  }
}
