package io.clusterdb.tasks.scheduler.schedule.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.catalog.ScheduleDefinitions;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schedule.ScheduleJobs;
import io.clusterdb.tasks.scheduler.engine.FakeCatalog;
import io.clusterdb.tasks.scheduler.engine.FakeTopics;
import io.clusterdb.tasks.scheduler.topology.TurnSettings;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.ScheduleCommand;
import io.clusterdb.tasks.schemas.avro.ScheduleCommandKind;
import io.clusterdb.tasks.schemas.avro.ScheduleState;
import io.clusterdb.tasks.schemas.avro.ScheduleStateDefinition;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.RocksDbSettings;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // start() comes before each test
class ScheduleTopologyTest {
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
  private static final String CATALOG = "tasks.catalog";
  private static final String COMMANDS = "tasks.schedules.commands";
  private static final String OUTCOMES = "tasks.schedules.outcomes";
  private static final String STATE = "tasks.schedules.state";
  private static final String QUEUE = "tasks.mail";
  private static final String DEAD = "tasks.scheduler.dlq";
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();

  private static final ScheduledTask MINUTELY =
      ScheduledTask.named("m")
          .schedule(Schedule.cron("* * * * *"))
          .task(
              Task.of("Send")
                  .queue("mail")
                  .metadata("a", "b")
                  .payload(
                      Payload.json(
                          "{\"for\":\"{{schedule.planned_time}}\",\"by\":\"{{schedule.name}}\"}")))
          .timeout(Duration.ofMinutes(2))
          .retry(RetryPolicy.DEFAULT.maxAttempts(7));

  @TempDir Path directory;

  private final FakeCatalog catalog = new FakeCatalog("mail", "default");
  private final FakeTopics topics =
      new FakeTopics().with(QUEUE, 100_000).with("tasks.default", 100_000);
  private final AtomicReference<Instant> clock = new AtomicReference<>(START);
  private long version;
  private TopologyTestDriver driver;

  @BeforeEach
  void start() {
    Topology topology = new Topology();
    ScheduleTopology.addTo(
        topology,
        new ScheduleParts(
            new TopicNames("tasks"),
            new KnownQueues(catalog, () -> 0),
            topics,
            CODEC,
            this::now,
            () -> 0,
            new TurnSettings(10, 1_000, 1_000, 1_000),
            CommitPace.perThread(new CommitTimes(() -> 0), () -> 0, Duration.ofMillis(10)),
            null,
            () -> null));
    driver = new TopologyTestDriver(topology, properties(), now());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void aFireIsAJobWithTheIdOfItsPlannedTime() {
    define(MINUTELY);
    pass(Duration.ofSeconds(59));
    assertThat(jobs()).isEmpty();
    pass(Duration.ofSeconds(1));
    TestRecord<byte[], byte[]> job = jobs().getFirst();

    assertThat(text(job.key())).isEqualTo("m@2026-01-01T10:01:00Z");
    assertThat(text(job.value())).isEqualTo("{\"for\":\"2026-01-01T10:01:00Z\",\"by\":\"m\"}");
    assertThat(header(job, JobHeaders.ID)).isEqualTo("m@2026-01-01T10:01:00Z");
    assertThat(header(job, JobHeaders.TYPE)).isEqualTo("Send");
    assertThat(header(job, JobHeaders.TIMEOUT_MS)).isEqualTo("120000");
    assertThat(header(job, JobHeaders.MAX_ATTEMPTS)).isEqualTo("7");
    assertThat(header(job, JobHeaders.REPLY_TO)).isEqualTo("schedule");
    assertThat(header(job, JobHeaders.REPLY_KEY)).isEqualTo("m");
    assertThat(header(job, JobHeaders.META_PREFIX + "a")).isEqualTo("b");
  }

  @Test
  void aFireOfAWorkflowIsACommandThatStartsARunWithTheIdOfItsPlannedTime() {
    define(
        MINUTELY
            .timeout(null)
            .retry(null)
            .target(
                new ScheduleTarget.StartWorkflow(
                    "close-day",
                    "1.0",
                    Payload.json("{\"day\":\"{{schedule.planned_time}}\"}"),
                    Map.of("source", "plan"))));
    pass(Duration.ofMinutes(1));
    TestRecord<byte[], byte[]> record = at("tasks.workflows.commands").getFirst();
    WorkflowCommand command =
        CODEC.decode("tasks.workflows.commands", record.value(), WorkflowCommand.class);

    assertThat(text(record.key())).isEqualTo("m@2026-01-01T10:01:00Z");
    assertThat(command.getExecutionId()).isEqualTo("m@2026-01-01T10:01:00Z");
    assertThat(command.getKind()).isEqualTo(WorkflowCommandKind.START);
    assertThat(command.getWorkflow()).isEqualTo("close-day");
    assertThat(command.getVersion()).isEqualTo("1.0");
    assertThat(command.getInput()).isEqualTo("{\"day\":\"2026-01-01T10:01:00Z\"}");
    assertThat(command.getContext()).containsEntry("source", "plan");
    assertThat(command.getBy()).isEqualTo("schedule m");
    assertThat(jobs()).isEmpty();
  }

  @Test
  void publishesHowASchedulesGoesOn() {
    define(MINUTELY);
    pass(Duration.ofMinutes(1));
    String id = "m@2026-01-01T10:01:00Z";
    outcome(id, JobState.SUCCEEDED);
    ScheduleState state = Objects.requireNonNull(states().get("m"));

    assertThat(state.getFires()).isEqualTo(1);
    assertThat(state.getLastRun().getJobId()).isEqualTo(id);
    assertThat(state.getLastRun().getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(state.getNext()).isEqualTo("2026-01-01T10:02:00Z");

    putBytes(CATALOG, "schedule/m", null);
    assertThat(states()).containsEntry("m", null);
  }

  @Test
  void pausingStopsFiresUntilItIsResumed() {
    define(MINUTELY);
    pause(true);
    pass(Duration.ofMinutes(3));
    assertThat(jobs()).isEmpty();
    define(MINUTELY.misfire(Misfire.FIRE_ALL));
    pass(Duration.ofMinutes(1));
    assertThat(jobs()).isEmpty();
    pause(false);
    pass(Duration.ofMinutes(1));

    assertThat(jobs()).hasSize(1);
  }

  @Test
  void aTriggerFiresAtOnce() {
    define(MINUTELY);
    put(COMMANDS, "m", new ScheduleCommand("c1", now(), null, "m", ScheduleCommandKind.TRIGGER));

    assertThat(jobs()).extracting(job -> text(job.key())).containsExactly("m@trigger-c1");
  }

  @Test
  void anOutcomeLetsTheRunStartThatWaits() {
    define(MINUTELY.exclusive(Exclusive.QUEUE));
    pass(Duration.ofMinutes(2));
    assertThat(jobs()).hasSize(1);
    outcome("m@2026-01-01T10:01:00Z", JobState.DEAD);

    assertThat(jobs()).extracting(job -> text(job.key())).containsExactly("m@2026-01-01T10:02:00Z");
  }

  @Test
  void aReplacedRunIsAskedToStop() {
    define(MINUTELY.exclusive(Exclusive.REPLACE));
    pass(Duration.ofMinutes(2));
    List<TestRecord<byte[], byte[]>> commands = at("tasks.control");

    assertThat(commands).hasSize(1);
    JobCommand command =
        CODEC.decode("tasks.control", commands.getFirst().value(), JobCommand.class);
    assertThat(command.getJobId()).isEqualTo("m@2026-01-01T10:01:00Z");
  }

  @Test
  void aFireThatCannotGoAnywhereIsADeadLetterAndHasEnded() {
    catalog.delete("mail");
    define(MINUTELY.exclusive());
    pass(Duration.ofMinutes(1));
    pass(Duration.ofMinutes(1));

    assertThat(at(DEAD))
        .extracting(dead -> header(dead, JobHeaders.ERROR_TYPE))
        .containsExactly("QUEUE_NOT_FOUND", "QUEUE_NOT_FOUND");
    ScheduleState state = Objects.requireNonNull(states().get("m"));
    assertThat(state.getLastRun().getState()).isEqualTo(JobState.DEAD);
    assertThat(state.getLastRun().getError().getType()).isEqualTo("QUEUE_NOT_FOUND");
  }

  @Test
  void aFireWhoseTopicIsNotThereWaitsWithTheDelayedJobs() {
    topics.drop(QUEUE);
    define(MINUTELY);
    pass(Duration.ofMinutes(1));
    TestRecord<byte[], byte[]> waiting = at("tasks.delayed").getFirst();

    assertThat(header(waiting, JobHeaders.QUEUE)).isEqualTo("mail");
    assertThat(header(waiting, JobHeaders.ID)).isEqualTo("m@2026-01-01T10:01:00Z");
    assertThat(header(waiting, JobHeaders.REPLY_TO)).isEqualTo("schedule");
  }

  @Test
  void whatCannotBeReadIsADeadLetterAndTheRestGoesOn() {
    putBytes(CATALOG, "schedule/bad", bytes("nonsense"));
    putBytes(COMMANDS, "m", bytes("nonsense"));
    putBytes(COMMANDS, "m", null);
    putBytes(OUTCOMES, "m", bytes("nonsense"));
    putBytes(CATALOG, "queue/odd", bytes("not ours"));
    putBytes(CATALOG, "no key", bytes("not ours"));
    put(CATALOG, "schedule/other", ScheduleDefinitions.write(MINUTELY, 1, now()));
    define(MINUTELY);
    pass(Duration.ofMinutes(1));

    List<TestRecord<byte[], byte[]>> dead = at(DEAD);
    assertThat(dead).hasSize(5);
    assertThat(dead)
        .extracting(each -> header(each, JobHeaders.ERROR_TYPE))
        .containsOnly("INVALID_RECORD");
    assertThat(jobs()).hasSize(1);
  }

  @Test
  void tenThousandSchedulesEachMinuteForTenMinutes() {
    int count = 10_000;
    for (int i = 0; i < count; i++) {
      String name = "s" + i;
      put(
          CATALOG,
          "schedule/" + name,
          ScheduleDefinitions.write(
              ScheduledTask.named(name)
                  .schedule(Schedule.cron("* * * * *"))
                  .task(Task.of("T").queue("mail")),
              1,
              now()));
    }
    Map<String, Integer> fires = new HashMap<>();
    for (int second = 0; second < 620; second++) { // the last ones take some turns
      pass(Duration.ofSeconds(1));
      jobs().forEach(job -> fires.merge(text(job.key()), 1, Integer::sum));
      states();
    }

    assertThat(fires).hasSize(count * 10);
    assertThat(fires.values()).containsOnly(1);
    for (int i = 0; i < count; i++) {
      for (int minute = 1; minute <= 10; minute++) {
        assertThat(fires)
            .containsKey(ScheduleJobs.planned("s" + i, START.plusSeconds(60L * minute)).value());
      }
    }
  }

  private Instant now() {
    return Objects.requireNonNull(clock.get());
  }

  private void define(ScheduledTask task) {
    put(CATALOG, "schedule/" + task.name(), ScheduleDefinitions.write(task, ++version, now()));
  }

  private void pause(boolean paused) {
    put(
        CATALOG,
        "schedule-state/m",
        new ScheduleStateDefinition("m", ++version, now(), paused, null));
  }

  private void outcome(String id, JobState state) {
    put(
        OUTCOMES,
        "m",
        JobOutcome.newBuilder()
            .setAt(now())
            .setReplyKey("m")
            .setJobId(id)
            .setRun(ScheduleJobs.ofId(id).run())
            .setQueue("mail")
            .setType("Send")
            .setState(state)
            .setAttempt(1)
            .build());
  }

  private void pass(Duration time) {
    clock.updateAndGet(now -> now.plus(time));
    driver.advanceWallClockTime(time.plusMillis(50)); // past the grid
  }

  private void put(String topic, String key, SpecificRecord record) {
    putBytes(topic, key, CODEC.encode(topic, record));
  }

  private void putBytes(String topic, String key, byte @Nullable [] value) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(bytes(key), value, now());
  }

  private List<TestRecord<byte[], byte[]>> jobs() {
    return at(QUEUE);
  }

  private List<TestRecord<byte[], byte[]>> at(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private Map<String, @Nullable ScheduleState> states() {
    Map<String, @Nullable ScheduleState> states = new HashMap<>();
    at(STATE)
        .forEach(
            record ->
                states.put(
                    text(record.key()),
                    record.value() == null
                        ? null
                        : CODEC.decode(STATE, record.value(), ScheduleState.class)));
    return states;
  }

  private static @Nullable String header(TestRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : HeaderText.of(header);
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            "tasks.scheduler",
            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
            "unused:1",
            StreamsConfig.STATE_DIR_CONFIG,
            directory.toString(),
            StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
            RocksDbSettings.class,
            "processing.exception.handler.global.enabled",
            true));
    return properties;
  }
}
