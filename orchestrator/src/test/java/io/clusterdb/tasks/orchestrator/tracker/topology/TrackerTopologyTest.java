package io.clusterdb.tasks.orchestrator.tracker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;
import io.clusterdb.tasks.orchestrator.tracker.engine.QueueCounts;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunStateFormat;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.RocksDbSettings;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // start() comes before each test
class TrackerTopologyTest {
  private static final long START = 1_700_000_000_000L;
  private static final Duration KEPT = Duration.ofHours(24);

  @TempDir Path directory;

  private final TopicNames names = new TopicNames("tasks");
  private final FixedCatalog catalog =
      new FixedCatalog()
          .with(Queue.named("mail").defaultType("Mail").build())
          .with(Queue.named("quiet").tracking(Tracking.OUTCOMES).build())
          .with(Queue.named("silent").tracking(Tracking.OFF).build())
          .with(Queue.named("odd").deadLetter(DeadLetter.to("odd-ones")).build());
  private final TrackerViews views = new TrackerViews();
  private final AtomicLong clock = new AtomicLong(START);
  private PlatformCodec codec;
  private TopologyTestDriver driver;

  @BeforeEach
  void start() {
    codec = PlatformCodec.of(Map.of());
    driver = driver();
  }

  @AfterEach
  void stop() {
    driver.close();
    codec.close();
  }

  private TopologyTestDriver driver() {
    StreamsBuilder builder = new StreamsBuilder();
    TrackerTopology.add(
        builder,
        new TrackerParts(
            names,
            catalog,
            codec,
            () -> Instant.ofEpochMilli(clock.get()),
            () -> 0,
            CommitPace.perThread(new CommitTimes(() -> 0), () -> 0, Duration.ofMillis(5)),
            Duration.ofMillis(100),
            KEPT,
            Duration.ofSeconds(1),
            views),
        1);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "tracker-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbSettings.class);
    return new TopologyTestDriver(builder.build(), properties, Instant.ofEpochMilli(START));
  }

  @Test
  void aJobIsFollowedFromItsQueueToItsEnd() {
    enqueue("tasks.mail", "job-1", "run-1", JobHeaders.META_PREFIX + "source", "test");
    RunState queued = only("job-1");
    assertThat(queued.state()).isEqualTo(JobState.QUEUED);
    assertThat(queued.type()).isEqualTo("Mail");
    assertThat(queued.metadata()).containsEntry("source", "test");
    assertThat(count("mail", JobState.QUEUED)).isEqualTo(1);
    event("mail", "job-1", "run-1", JobState.RUNNING, 1);
    assertThat(only("job-1").state()).isEqualTo(JobState.RUNNING);
    event("mail", "job-1", "run-1", JobState.SUCCEEDED, 1);
    RunState done = only("job-1");
    assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(done.metadata()).containsEntry("source", "test");
    assertThat(count("mail", JobState.QUEUED)).isZero();
    assertThat(count("mail", JobState.SUCCEEDED)).isEqualTo(1);
  }

  @Test
  void anEndThatIsReadBeforeItsBeginningIsNotTakenBack() {
    event("mail", "job-1", "run-1", JobState.SUCCEEDED, 1);
    enqueue("tasks.mail", "job-1", "run-1");
    assertThat(only("job-1").state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(only("job-1").seat()).isNotNull();
    assertThat(count("mail", JobState.QUEUED)).isZero();
  }

  @Test
  void aDelayedJobIsScheduledAndARetryWaits() {
    put(
        "tasks.delayed",
        "job-1",
        "p",
        headers("job-1", "run-1", JobHeaders.QUEUE, "mail", JobHeaders.DELAY_MS, "5000"));
    assertThat(only("job-1").state()).isEqualTo(JobState.SCHEDULED);
    RunState.Due due = only("job-1").due();
    assertThat(due == null ? 0 : due.at()).isEqualTo(START + 5_000);
    enqueue("tasks.mail.high", "job-1", "run-1");
    assertThat(only("job-1").lane()).isEqualTo(Priority.HIGH);
    event("mail", "job-1", "run-1", JobState.RETRYING, 1);
    put(
        "tasks.delayed",
        "job-1",
        "p",
        headers("job-1", "run-1", JobHeaders.QUEUE, "mail", JobHeaders.ATTEMPT, "2"));
    assertThat(only("job-1").state()).isEqualTo(JobState.RETRYING);
    assertThat(indexed(JobState.RETRYING, "mail")).hasSize(1);
    enqueue("tasks.mail", "job-1", "run-1", JobHeaders.ATTEMPT, "2");
    assertThat(only("job-1").state()).isEqualTo(JobState.QUEUED);
    assertThat(indexed(JobState.RETRYING, "mail")).isEmpty();
    assertThat(indexed(JobState.SCHEDULED, "mail")).isEmpty();
  }

  @Test
  void aRecordOfAnotherToolIsAJobByItsPlace() {
    put("tasks.mail", null, "plain", new RecordHeaders());
    assertThat(only("tasks.mail-0-0").type()).isEqualTo("Mail");
  }

  @Test
  void aRecordThatNobodyCanReadIsStillAJob() {
    put("tasks.mail", "k", "p", headers("job-1", "run-1", JobHeaders.ATTEMPT, "many"));
    assertThat(only("job-1").state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void aDeadLetterCountsUntilItIsReplayedOrPurged() {
    event("mail", "job-1", "run-1", JobState.DEAD, 3);
    put(
        "tasks.mail.dlq",
        "job-1/run-1",
        "p",
        headers("job-1", "run-1", JobHeaders.ATTEMPT, "3", JobHeaders.ERROR_TYPE, "Boom"));
    assertThat(count("mail", JobState.DEAD)).isEqualTo(1);
    assertThat(only("job-1").deadLetter()).isNotNull();
    assertThat(only("job-1").last()).isNotNull();
    put("tasks.mail.dlq", "job-1/run-1", null, new RecordHeaders());
    assertThat(only("job-1").state()).isEqualTo(JobState.DEAD);
    assertThat(count("mail", JobState.DEAD)).isZero();
    assertThat(indexed(JobState.DEAD, "mail")).isEmpty();
  }

  @Test
  void deadLettersOfATopicOfAnotherNameAreDeadLetters() {
    put("tasks.odd-ones", "job-1/run-1", "p", headers("job-1", "run-1", JobHeaders.QUEUE, "odd"));
    assertThat(only("job-1").state()).isEqualTo(JobState.DEAD);
    assertThat(only("job-1").queue()).isEqualTo("odd");
  }

  @Test
  void anIdThatIsUsedAgainIsAnotherRun() {
    enqueue("tasks.mail", "job-1", "run-1");
    enqueue("tasks.mail", "job-1", "run-2");
    event("mail", "job-1", "run-1", JobState.SUCCEEDED, 1);
    assertThat(runs("job-1"))
        .extracting(RunState::state)
        .containsExactly(JobState.SUCCEEDED, JobState.QUEUED);
  }

  @Test
  void queuesSayHowMuchIsTracked() {
    for (String queue : List.of("quiet", "silent")) {
      enqueue("tasks." + queue, queue, "run-1");
      event(queue, queue, "run-1", JobState.RUNNING, 1);
      assertThat(runs(queue)).isEmpty();
      event(queue, queue, "run-1", JobState.SUCCEEDED, 1);
    }
    assertThat(only("quiet").state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(runs("silent")).isEmpty();
  }

  @Test
  void whatIsNoQueueIsLeftAlone() {
    put("tasks.something", "k", "p", headers("job-1", "run-1"));
    assertThat(runs("job-1")).isEmpty();
  }

  @Test
  void anEventThatCannotBeReadIsSkippedAndCounted() {
    put("tasks.events", "job-1", "no event", new RecordHeaders());
    assertThat(views.skipped()).isEqualTo(1);
    enqueue("tasks.mail", "job-1", "run-1");
    assertThat(only("job-1").state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void whatEndedIsForgottenInTimeAndTheRestStays() {
    enqueue("tasks.mail", "done", "run-1");
    event("mail", "done", "run-1", JobState.SUCCEEDED, 1);
    enqueue("tasks.mail", "waits", "run-1");
    pass(KEPT.minusSeconds(60));
    assertThat(runs("done")).hasSize(1);
    pass(Duration.ofMinutes(2));
    assertThat(runs("done")).isEmpty();
    assertThat(runs("waits")).hasSize(1);
    assertThat(count("mail", JobState.SUCCEEDED)).isZero();
    assertThat(indexed(null, "mail")).hasSize(1);
  }

  @Test
  void indexAndCountsAreTheSameAfterARestartWithAndWithoutThem() {
    enqueue("tasks.mail", "job-1", "run-1");
    enqueue("tasks.mail", "job-2", "run-1");
    event("mail", "job-2", "run-1", JobState.DEAD, 1);
    List<byte[]> before = indexed(JobState.DEAD, "mail");
    KeyValueStore<byte[], byte[]> jobs = driver.getKeyValueStore(TrackerParts.JOBS);
    KeyValueStore<byte[], byte[]> index = driver.getKeyValueStore(TrackerParts.INDEX);
    for (boolean lost : new boolean[] {false, true}) {
      TrackerStores first = TrackerStores.open(jobs, index);
      assertThat(first.build(100)).isTrue();
      first.close();
      if (lost) {
        index.put(Keys.prefix(null, "junk"), new byte[0]);
        index.delete(new byte[] {0, 0, 'e', 'p', 'o', 'c', 'h'});
      }
      TrackerStores again = TrackerStores.open(jobs, index);
      assertThat(again.build(100)).isTrue();
      QueueCounts counts = again.counts().make("mail");
      assertThat(counts.count(Priority.NORMAL, JobState.QUEUED)).isEqualTo(1);
      assertThat(counts.count(Priority.NORMAL, JobState.DEAD)).isEqualTo(1);
      assertThat(counts.total()).isEqualTo(2);
      assertThat(indexed(JobState.DEAD, "mail")).hasSameSizeAs(before);
      assertThat(index.get(Keys.prefix(null, "junk"))).isNull();
    }
  }

  @Test
  void theSeatSaysWhereTheRecordIs() {
    enqueue("tasks.mail", "other", "run-0");
    enqueue("tasks.mail", "job-1", "run-1");
    RunState.Seat seat = only("job-1").seat();
    assertThat(seat).isNotNull();
    if (seat != null) {
      assertThat(seat.place().source()).isEqualTo(Source.NORMAL);
      assertThat(seat.place().offset()).isEqualTo(1);
    }
  }

  private void enqueue(String topic, String id, String run, String... more) {
    put(topic, id, "p", headers(id, run, more));
  }

  private static RecordHeaders headers(String id, String run, String... more) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.ID, HeaderText.bytes(id));
    headers.add(JobHeaders.RUN, HeaderText.bytes(run));
    for (int i = 0; i < more.length; i += 2) {
      headers.add(more[i], HeaderText.bytes(more[i + 1]));
    }
    return headers;
  }

  private void put(
      String topic, @Nullable String key, @Nullable String value, RecordHeaders headers) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                key == null ? null : HeaderText.bytes(key),
                value == null ? null : HeaderText.bytes(value),
                headers,
                clock.get()));
  }

  private void event(String queue, String id, String run, JobState state, int attempt) {
    JobEvent event = new JobEvent();
    event.setAt(Instant.ofEpochMilli(clock.get()));
    event.setJobId(id);
    event.setRun(run);
    event.setQueue(queue);
    event.setType("Mail");
    event.setState(io.clusterdb.tasks.schemas.avro.JobState.valueOf(state.name()));
    event.setAttempt(attempt);
    event.setMetadata(Map.of());
    if (state == JobState.DEAD || state == JobState.RETRYING) {
      event.setError(new JobError("Boom", "it broke"));
    }
    driver
        .createInputTopic(names.events(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                HeaderText.bytes(id),
                codec.encode(names.events(), event),
                new RecordHeaders(),
                clock.get()));
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toMillis());
    driver.advanceWallClockTime(time);
  }

  private RunState only(String id) {
    List<RunState> runs = runs(id);
    assertThat(runs).hasSize(1);
    return runs.getFirst();
  }

  private List<RunState> runs(String id) {
    KeyValueStore<byte[], byte[]> jobs = driver.getKeyValueStore(TrackerParts.JOBS);
    List<RunState> runs = new ArrayList<>();
    byte[] prefix = Keys.job(id);
    try (KeyValueIterator<byte[], byte[]> found = jobs.range(prefix, Keys.after(prefix))) {
      found.forEachRemaining(next -> runs.add(RunStateFormat.read(next.value)));
    }
    return runs;
  }

  private List<byte[]> indexed(@Nullable JobState state, String queue) {
    KeyValueStore<byte[], byte[]> index = driver.getKeyValueStore(TrackerParts.INDEX);
    List<byte[]> entries = new ArrayList<>();
    byte[] prefix = Keys.prefix(state, queue);
    try (KeyValueIterator<byte[], byte[]> found = index.range(prefix, Keys.after(prefix))) {
      found.forEachRemaining(next -> entries.add(next.key));
    }
    return entries;
  }

  private long count(String queue, JobState state) {
    return views.counts().values().stream()
        .mapToLong(
            counts -> {
              QueueCounts found = counts.queue(queue);
              return found == null
                  ? 0
                  : found.count(Priority.HIGH, state)
                      + found.count(Priority.NORMAL, state)
                      + found.count(Priority.LOW, state);
            })
        .sum();
  }
}
