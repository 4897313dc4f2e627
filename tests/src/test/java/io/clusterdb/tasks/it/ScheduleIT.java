package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
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

  /** The oracle is the log: an id for each second from the first fire to the last, once. */
  @Test
  void aKilledSchedulerFiresEachSecondOnce() throws Exception {
    tasks.queues().createQueue(Queue.named("ticks").partitions(1).build());
    tasks.schedules().configure(eachSecond("tick", "ticks").misfire(Misfire.FIRE_ALL));
    Random random = new Random();
    String state = directory.resolve("killed").toString();
    for (int i = 0; i < KILLS; i++) {
      try (JavaProcess process =
          JavaProcess.start(SchedulerProcess.class, broker.bootstrap(), "one", state)) {
        assertThat(process.nextLine()).isEqualTo("ready");
        // Killed at any moment.
        assertThat(process.ended(Duration.ofMillis(500 + random.nextInt(2_000)))).isFalse();
      }
    }
    try (JavaProcess process =
            JavaProcess.start(SchedulerProcess.class, broker.bootstrap(), "one", state);
        JobLog log = JobLog.of(tasks, tasks.names().queue("ticks"))) {
      assertThat(process.nextLine()).isEqualTo("ready");
      Instant until = Instant.now();
      await()
          .atMost(LONG)
          .until(() -> log.ids().stream().anyMatch(id -> planned(id).isAfter(until)));
      List<ConsumerRecord<byte[], byte[]>> jobs = log.read();
      List<Instant> times = log.ids().stream().map(ScheduleIT::planned).sorted().toList();

      assertThat(times).doesNotHaveDuplicates();
      for (int i = 1; i < times.size(); i++) {
        assertThat(times.get(i)).isEqualTo(times.get(i - 1).plusSeconds(1));
      }
      assertThat(jobs)
          .allSatisfy(
              job ->
                  assertThat(
                          planned(Objects.requireNonNull(JobLog.header(job, "job-id")))
                              .toEpochMilli())
                      .isLessThanOrEqualTo(job.timestamp()));
    }
    tasks.schedules().delete("tick");
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
  void aScheduleThatIsMadeAgainFiresNothingOfThePastAndPoisonStopsNothing() throws Exception {
    tasks.queues().createQueue(Queue.named("again").partitions(1).build());
    ScheduledTask schedule = eachSecond("again", "again").misfire(Misfire.FIRE_ALL);
    tasks.schedules().configure(schedule);
    try (SchedulerService scheduler = scheduler("again");
        JobLog log = JobLog.of(tasks, tasks.names().queue("again"));
        JobLog dead = JobLog.of(tasks, tasks.names().schedulerDeadLetters());
        var producer = tasks.clients().producer(Map.of())) {
      for (String topic :
          List.of(
              tasks.names().catalog(),
              tasks.names().scheduleCommands(),
              tasks.names().scheduleOutcomes())) {
        var unused =
            producer.send(
                new ProducerRecord<>(topic, "schedule/x".getBytes(UTF_8), "odd".getBytes(UTF_8)));
      }
      producer.flush();
      await().atMost(LONG).until(() -> dead.read().size() == 3);
      await().atMost(LONG).until(() -> log.read().size() >= 2);
      tasks.schedules().delete("again");
      Instant deleted = Instant.now();
      await().atMost(LONG).until(() -> Instant.now().isAfter(deleted.plusSeconds(3)));
      Instant made = Instant.now();
      tasks.schedules().configure(schedule);
      await()
          .atMost(LONG)
          .until(() -> log.ids().stream().anyMatch(id -> planned(id).isAfter(made.plusSeconds(1))));

      assertThat(log.ids()).doesNotHaveDuplicates();
      assertThat(log.ids().stream().map(ScheduleIT::planned))
          .noneMatch(at -> at.isAfter(deleted.plusSeconds(1)) && at.isBefore(made));
      assertThat(scheduler.ready()).isTrue();
      tasks.schedules().delete("again");
    }
  }
}
