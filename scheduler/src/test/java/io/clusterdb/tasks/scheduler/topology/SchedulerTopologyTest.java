package io.clusterdb.tasks.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.scheduler.engine.FakeCatalog;
import io.clusterdb.tasks.scheduler.engine.FakeTopics;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.UniqueAdmission;
import io.clusterdb.tasks.schemas.avro.UniqueDecision;
import io.clusterdb.tasks.streams.RocksDbSettings;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
class SchedulerTopologyTest {
  private static final long START = 1_700_000_000_000L;
  private static final String QUEUE = "tasks.mail";
  private static final String RETRY = "tasks.mail.retry";
  private static final String DELAYED = "tasks.delayed";
  private static final String DEAD = "tasks.scheduler.dlq";

  private static final String UNIQUE = "tasks.unique";
  private static final String CONTROL = "tasks.control";
  private static final String EVENTS = "tasks.events";
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();

  @TempDir Path directory;

  private final FakeCatalog catalog = new FakeCatalog("mail", "default");
  private final FakeTopics topics =
      new FakeTopics()
          .with(QUEUE, 10_000)
          .with("tasks.mail.high", 10_000)
          .with("tasks.default", 10_000)
          .with(DELAYED, 20_000);
  private final AtomicLong clock = new AtomicLong(START);
  private TopologyTestDriver driver;
  private int commands;

  @BeforeEach
  void start() {
    TopologyParts parts =
        new TopologyParts(
            new TopicNames("tasks"),
            new KnownQueues(catalog, () -> 0),
            topics,
            CODEC,
            this::now,
            () -> 0,
            new TurnSettings(10, 1_000, 1_000, 1_000));
    Topology topology = new Topology();
    RetryTopology.addTo(topology, parts);
    SchedulerTopology.addTo(topology, parts);
    driver = new TopologyTestDriver(topology, properties(), Instant.ofEpochMilli(START));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void aDelayedJobLeavesWhenItsTimeComesAndNotBefore() {
    put(DELAYED, "job-1", "payload", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "5000");
    pass(4_999);
    assertThat(at(QUEUE)).isEmpty();
    pass(20);
    List<TestRecord<byte[], byte[]>> out = at(QUEUE);
    assertThat(out).hasSize(1);
    assertThat(text(out.getFirst().value())).isEqualTo("payload");
    assertThat(text(out.getFirst().key())).isEqualTo("job-1");
    assertThat(header(out.getFirst(), JobHeaders.DELAY_MS)).isNull();
    assertThat(header(out.getFirst(), "x-mine")).isEqualTo("kept");
  }

  @Test
  void aDelayCountsFromTheTimeWhenTheBrokerAppendedTheJob() {
    pass(10_000);
    put(DELAYED, "job-1", "p", START + 8_000, JobHeaders.DELAY_MS, "5000");
    pass(2_990);
    assertThat(at("tasks.default")).isEmpty();
    pass(30);
    assertThat(at("tasks.default")).hasSize(1);
  }

  @Test
  void aJobForATimeLeavesAtThatTime() {
    put(DELAYED, "job-1", "p", START, JobHeaders.NOT_BEFORE, "2023-11-14T22:13:30Z");
    pass(9_990);
    assertThat(at("tasks.default")).isEmpty();
    pass(30);
    List<TestRecord<byte[], byte[]>> out = at("tasks.default");
    assertThat(out).hasSize(1);
    assertThat(header(out.getFirst(), JobHeaders.NOT_BEFORE)).isNull();
  }

  @Test
  void aJobThatIsDueAlreadyLeavesAtOnce() {
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail");
    assertThat(at(QUEUE)).hasSize(1);
  }

  @Test
  void aRetryComesBackToItsQueueAfterItsWait() {
    put(RETRY, "job-1", "payload", START, JobHeaders.DELAY_MS, "1000", JobHeaders.ATTEMPT, "2");
    pass(990);
    assertThat(at(QUEUE)).isEmpty();
    pass(30);
    List<TestRecord<byte[], byte[]>> out = at(QUEUE);
    assertThat(out).hasSize(1);
    assertThat(header(out.getFirst(), JobHeaders.ATTEMPT)).isEqualTo("2");
    assertThat(header(out.getFirst(), JobHeaders.QUEUE)).isEqualTo("mail");
    assertThat(header(out.getFirst(), JobHeaders.NOT_BEFORE)).isNull();
    assertThat(header(out.getFirst(), JobHeaders.DELAY_MS)).isNull();
  }

  @Test
  void aRetryWithoutAWaitComesBackAtOnce() {
    put(RETRY, "job-1", "p", START, JobHeaders.ATTEMPT, "2");
    assertThat(at(QUEUE)).hasSize(1);
  }

  @Test
  void aJobKeepsItsOrderingKeyAndItsLane() {
    put(
        DELAYED,
        "job-1",
        "p",
        START,
        JobHeaders.QUEUE,
        "mail",
        JobHeaders.KEY,
        "customer-7",
        JobHeaders.PRIORITY,
        "high",
        JobHeaders.DELAY_MS,
        "10");
    pass(50);
    List<TestRecord<byte[], byte[]>> out = at("tasks.mail.high");
    assertThat(out).hasSize(1);
    assertThat(text(out.getFirst().key())).isEqualTo("customer-7");
  }

  @Test
  void aJobWithoutAQueueGoesToItsTypes() {
    catalog.define(TaskDefinition.of("Letter").queue("mail"));
    put(DELAYED, "job-1", "p", START, JobHeaders.TYPE, "Letter", JobHeaders.DELAY_MS, "10");
    pass(50);
    assertThat(at(QUEUE)).hasSize(1);
  }

  @Test
  void aRecordWithoutAnIdGetsThatOfItsPlaceBeforeItMoves() {
    driver
        .createInputTopic(DELAYED, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                bytes("customer-7"),
                null,
                new RecordHeaders().add(JobHeaders.DELAY_MS, bytes("10")),
                START));
    pass(50);
    List<TestRecord<byte[], byte[]>> out = at("tasks.default");
    assertThat(out).hasSize(1);
    assertThat(header(out.getFirst(), JobHeaders.ID)).isEqualTo("tasks.delayed-0-0");
    assertThat(header(out.getFirst(), JobHeaders.RUN)).isEqualTo("tasks.delayed-0-0");
    assertThat(header(out.getFirst(), JobHeaders.KEY)).isEqualTo("customer-7");
    assertThat(text(out.getFirst().key())).isEqualTo("customer-7");
    assertThat(header(out.getFirst(), JobHeaders.CREATED_AT)).isEqualTo(Long.toString(START));
    assertThat(out.getFirst().value()).isNull();
  }

  @Test
  void aRecordThatCannotBeReadGoesToItsQueueAsItIs() {
    put(RETRY, "job-1", "p", START, JobHeaders.DELAY_MS, "soon");
    put(DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.NOT_BEFORE, "never");
    List<TestRecord<byte[], byte[]>> out = at(QUEUE);
    assertThat(out).hasSize(2);
    assertThat(header(out.get(0), JobHeaders.DELAY_MS)).isEqualTo("soon");
    assertThat(header(out.get(1), JobHeaders.NOT_BEFORE)).isEqualTo("never");
  }

  @Test
  void aRecordThatCannotBeReadAndHasNoQueueIsADeadLetter() {
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "gone", JobHeaders.DELAY_MS, "soon");
    List<TestRecord<byte[], byte[]>> dead = at(DEAD);
    assertThat(dead).hasSize(1);
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_TYPE)).isEqualTo("INVALID_RECORD");
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_MESSAGE))
        .contains("job-delay-ms expects a whole number", "found \"soon\"");
  }

  @Test
  void aJobOfADeletedQueueIsADeadLetterAndOthersGoOn() {
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    put(DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "default", JobHeaders.DELAY_MS, "100");
    catalog.delete("mail");
    pass(150);
    assertThat(at(QUEUE)).isEmpty();
    assertThat(at("tasks.default")).hasSize(1);
    List<TestRecord<byte[], byte[]>> dead = at(DEAD);
    assertThat(dead).hasSize(1);
    assertThat(text(dead.getFirst().key())).isEqualTo("job-1/run-job-1");
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_TYPE)).isEqualTo("QUEUE_NOT_FOUND");
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_MESSAGE))
        .startsWith("Queue not found: queue mail is not in the catalog");
  }

  @Test
  void aJobWaitsUntilTheTopicOfItsQueueIsThere() {
    topics.drop(QUEUE);
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    pass(5_000);
    assertThat(at(DEAD)).isEmpty();
    topics.with(QUEUE, 10_000);
    pass(1_500);
    assertThat(at(QUEUE)).hasSize(1);
  }

  @Test
  void aRecordThatIsTooLargeForItsQueueIsADeadLetter() {
    put(DELAYED, "job-1", "x".repeat(15_000), START, JobHeaders.QUEUE, "mail");
    List<TestRecord<byte[], byte[]>> dead = at(DEAD);
    assertThat(dead).hasSize(1);
    assertThat(header(dead.getFirst(), JobHeaders.ERROR_MESSAGE)).contains("at most 10000 bytes");
  }

  @Test
  void aClockThatIsSetBackOnlyMakesJobsWait() {
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    clock.addAndGet(-10_000);
    driver.advanceWallClockTime(Duration.ofMillis(500));
    assertThat(at(QUEUE)).isEmpty();
    clock.addAndGet(10_500);
    driver.advanceWallClockTime(Duration.ofMillis(1_100));
    assertThat(at(QUEUE)).hasSize(1);
  }

  @Test
  void aClockThatJumpsAheadAndBackLetsEachJobLeaveOnceAndNoneBeforeItsTime() {
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "5000");
    put(DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    clock.addAndGet(10_000);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-1");
    clock.addAndGet(-9_000);
    pass(58_000);
    assertThat(at(QUEUE)).isEmpty();
    pass(2_000);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-2");
  }

  @Test
  void manyJobsOfOneInstantAllLeaveOnce() {
    for (int i = 0; i < 3_000; i++) {
      put(DELAYED, "job-" + i, "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "1000");
    }
    for (int i = 0; i < 100; i++) {
      pass(100);
    }
    List<TestRecord<byte[], byte[]>> out = at(QUEUE);
    assertThat(out).hasSize(3_000);
    assertThat(out.stream().map(job -> text(job.key())).distinct()).hasSize(3_000);
    try (var left = driver.<byte[], byte[]>getKeyValueStore("due").range(null, new byte[] {127})) {
      assertThat(left).as("entries left behind").isExhausted();
    }
  }

  @Test
  void aWaitingJobIsCancelledAndTheLogSaysSo() {
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    put(DELAYED, "job-2", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    command(JobCommandKind.CANCEL, "job-1", null, null);
    pass(100);
    JobEvent event = events().getFirst();
    assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
    assertThat(event.getJobId()).isEqualTo("job-1");
    assertThat(event.getRun()).isEqualTo("run-job-1");
    assertThat(event.getQueue()).isEqualTo("mail");
    assertThat(event.getCommandId()).isEqualTo("command-1");
    assertThat(event.getNote()).isEqualTo("not wanted");
    pass(70_000);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-2");
    assertThat(events()).isEmpty();
  }

  @Test
  void whoWaitsForACancelledJobHearsOfIt() {
    put(
        DELAYED,
        "job-1",
        "p",
        START,
        JobHeaders.QUEUE,
        "mail",
        JobHeaders.DELAY_MS,
        "60000",
        JobHeaders.REPLY_TO,
        "caller",
        JobHeaders.REPLY_KEY,
        "me/1");
    command(JobCommandKind.CANCEL, "job-1", "run-job-1", null);
    pass(100);
    List<TestRecord<byte[], byte[]>> replies = at("tasks.replies");
    assertThat(replies).hasSize(1);
    assertThat(text(replies.getFirst().key())).isEqualTo("me/1");
    JobOutcome outcome =
        CODEC.decode("tasks.replies", replies.getFirst().value(), JobOutcome.class);
    assertThat(outcome.getState()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aCommandToAJobThatIsNotHereIsIgnored() {
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "1000");
    command(JobCommandKind.CANCEL, "job-1", "another-run", null);
    command(JobCommandKind.CANCEL, "job-9", null, null);
    pass(60_000);
    assertThat(at(QUEUE)).hasSize(1);
    assertThat(events()).isEmpty();
    assertThat(entries()).as("commands left behind").isZero();
  }

  @Test
  void aCommandMeetsAJobThatIsOnItsWay() {
    command(JobCommandKind.CANCEL, "job-1", null, null);
    pass(500);
    put(
        DELAYED,
        "job-1",
        "p",
        START,
        JobHeaders.QUEUE,
        "mail",
        JobHeaders.CREATED_AT,
        Long.toString(START - 5),
        JobHeaders.DELAY_MS,
        "1000");
    pass(20_000);
    assertThat(at(QUEUE)).isEmpty();
    assertThat(events()).extracting(JobEvent::getState).containsExactly(JobState.CANCELLED);
  }

  @Test
  void aJobThatWasEnqueuedAfterTheCommandIsAnotherOne() {
    command(JobCommandKind.CANCEL, "job-1", null, null);
    put(DELAYED, "job-1", "p", START + 1, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    pass(20_000);
    assertThat(at(QUEUE)).hasSize(1);
  }

  @Test
  void aWaitingJobGetsAnotherTimeLaterOrEarlier() {
    put(DELAYED, "later", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "1000");
    put(DELAYED, "sooner", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "60000");
    command(JobCommandKind.RESCHEDULE, "later", null, START + 30_000);
    command(JobCommandKind.RESCHEDULE, "sooner", null, START + 10_000);
    pass(9_900);
    assertThat(at(QUEUE)).isEmpty();
    pass(200);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("sooner");
    pass(19_700);
    assertThat(at(QUEUE)).isEmpty();
    pass(300);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("later");
    assertThat(events())
        .allSatisfy(event -> assertThat(event.getState()).isEqualTo(JobState.SCHEDULED))
        .extracting(event -> event.getNextAttemptAt().toEpochMilli())
        .containsExactlyInAnyOrder(START + 30_000, START + 10_000);
  }

  @Test
  void aCommandThatCannotBeReadIsADeadLetterAndOthersGoOn() {
    put(CONTROL, "job-1", "no command", START);
    put(DELAYED, "job-1", "p", START, JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "100");
    command(JobCommandKind.RESCHEDULE, "job-1", null, null);
    pass(200);
    assertThat(at(DEAD))
        .hasSize(2)
        .allMatch(dead -> "INVALID_RECORD".equals(header(dead, JobHeaders.ERROR_TYPE)));
    assertThat(at(QUEUE)).hasSize(1);
  }

  @Test
  void ofJobsWithOneKeyTheFirstRunsAndTheOthersHearWhoHoldsIt() {
    unique("job-1", "k", "first", 60_000);
    unique("job-2", "k", "first", 60_000);
    unique("job-3", "other", "first", 60_000);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-1", "job-3");
    List<UniqueAdmission> answers = answers();
    assertThat(answers.get(0).getDecision()).isEqualTo(UniqueDecision.ADMITTED);
    assertThat(answers.get(1).getDecision()).isEqualTo(UniqueDecision.HELD);
    assertThat(answers.get(1).getOtherId()).isEqualTo("job-1");
    JobEvent event = events().getFirst();
    assertThat(event.getJobId()).isEqualTo("job-2");
    assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
    pass(60_100);
    unique("job-4", "k", "first", 60_000);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-4");
  }

  @Test
  void aKeyIsFreeWhenItsJobHasEndedIfItSaysSo() {
    unique("job-1", "k", "first", 60_000);
    released("another-run");
    unique("job-2", "k", "first", 60_000);
    released("run-job-1");
    unique("job-3", "k", "first", 60_000);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-1", "job-3");
  }

  @Test
  void aNewerJobReplacesTheOneThatWaitsAndTheWaitStartsAgain() {
    unique("job-1", "k", "replace", 1_000);
    pass(900);
    unique("job-2", "k", "replace", 1_000);
    pass(900);
    assertThat(at(QUEUE)).isEmpty();
    assertThat(events())
        .extracting(JobEvent::getJobId, JobEvent::getState, JobEvent::getNote)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "job-1", JobState.CANCELLED, "replaced by job job-2"));
    pass(200);
    List<TestRecord<byte[], byte[]>> out = at(QUEUE);
    assertThat(out).extracting(job -> text(job.key())).containsExactly("job-2");
    assertThat(text(out.getFirst().value())).isEqualTo("of job-2");
    assertThat(header(out.getFirst(), JobHeaders.UNIQUE_REPLY_KEY)).isNull();
    assertThat(answers().get(1).getOtherId()).isEqualTo("job-1");
  }

  @Test
  void aJobThatWaitsForNewerOnesIsCancelledAndItsKeyIsFree() {
    unique("job-1", "k", "replace", 1_000);
    command(JobCommandKind.CANCEL, "job-2", null, null);
    command(JobCommandKind.CANCEL, "job-1", "another-run", null);
    assertThat(events()).isEmpty();
    command(JobCommandKind.CANCEL, "job-1", null, null);
    assertThat(events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getJobId()).isEqualTo("job-1");
              assertThat(event.getState()).isEqualTo(JobState.CANCELLED);
              assertThat(event.getNote()).isEqualTo("not wanted");
              assertThat(event.getCommandId()).isEqualTo("command-3");
            });
    unique("job-3", "k", "first", 1_000);
    pass(2_000);
    assertThat(at(QUEUE)).extracting(job -> text(job.key())).containsExactly("job-3");
    assertThat(at(DEAD)).isEmpty();
  }

  @Test
  void aUniqueJobWithAWrongPolicyIsADeadLetter() {
    unique("job-1", "k", "sometimes", 1_000);
    assertThat(at(DEAD)).hasSize(1);
    unique("job-2", "k", "first", 1_000);
    assertThat(at(QUEUE)).hasSize(1);
  }

  private void unique(String id, String key, String policy, long window) {
    put(
        UNIQUE,
        id,
        "of " + id,
        clock.get(),
        JobHeaders.QUEUE,
        "mail",
        JobHeaders.UNIQUE_KEY,
        key,
        JobHeaders.UNIQUE_POLICY,
        policy,
        JobHeaders.UNIQUE_WINDOW_MS,
        Long.toString(window),
        JobHeaders.UNIQUE_REPLY_KEY,
        "me/" + id);
  }

  private void released(String run) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.UNIQUE_RELEASED, bytes(run));
    driver
        .createInputTopic(UNIQUE, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(bytes("mail/k"), null, headers, clock.get()));
  }

  private List<UniqueAdmission> answers() {
    return at("tasks.replies").stream()
        .map(record -> CODEC.decode("tasks.replies", record.value(), UniqueAdmission.class))
        .toList();
  }

  private void command(
      JobCommandKind kind, String job, @Nullable String run, @Nullable Long notBefore) {
    JobCommand command = new JobCommand();
    command.setCommandId("command-" + ++commands);
    command.setAt(Instant.ofEpochMilli(START));
    command.setJobId(job);
    command.setRun(run);
    command.setKind(kind);
    command.setReason("not wanted");
    command.setNotBefore(notBefore == null ? null : Instant.ofEpochMilli(notBefore));
    driver
        .createInputTopic(CONTROL, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                bytes(job), CODEC.encode(CONTROL, command), new RecordHeaders(), clock.get()));
  }

  private List<JobEvent> events() {
    return at(EVENTS).stream()
        .map(record -> CODEC.decode(EVENTS, record.value(), JobEvent.class))
        .toList();
  }

  private long entries() {
    long count = 0;
    try (var all = driver.<byte[], byte[]>getKeyValueStore("due").all()) {
      while (all.hasNext()) {
        count += all.next().key[0] == (byte) 0xff ? 0 : 1;
      }
    }
    return count;
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.get());
  }

  private void pass(long millis) {
    clock.addAndGet(millis);
    driver.advanceWallClockTime(Duration.ofMillis(millis));
  }

  private void put(String topic, String id, String value, long appendedAt, String... more) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.LAYOUT, bytes("1"));
    headers.add(JobHeaders.ID, bytes(id));
    headers.add(JobHeaders.RUN, bytes("run-" + id));
    headers.add("x-mine", bytes("kept"));
    for (int i = 0; i < more.length; i += 2) {
      headers.add(more[i], bytes(more[i + 1]));
    }
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(bytes(id), bytes(value), headers, appendedAt));
  }

  private List<TestRecord<byte[], byte[]>> at(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private static @Nullable String header(TestRecord<byte[], byte[]> job, String name) {
    return HeaderText.of(job.headers(), name);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
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
