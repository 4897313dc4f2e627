package io.clusterdb.tasks.orchestrator.tracker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.orchestrator.tracker.engine.BatchRow;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.RocksDbSettings;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // start() comes before each test
class BatchTopologyTest {
  private static final long START = 1_700_000_000_000L;

  @TempDir Path directory;

  private final TopicNames names = new TopicNames("tasks");
  private final AtomicLong clock = new AtomicLong(START);
  private PlatformCodec codec;
  private TopologyTestDriver driver;
  private TestOutputTopic<byte[], byte[]> delayed;

  @BeforeEach
  void start() {
    codec = PlatformCodec.of(Map.of());
    StreamsBuilder builder = new StreamsBuilder();
    TrackerTopology.add(
        builder,
        new TrackerParts(
            names,
            new FixedCatalog().with(Queue.named("mail").defaultType("Mail").build()),
            codec,
            () -> Instant.ofEpochMilli(clock.get()),
            () -> 0,
            CommitPace.perThread(new CommitTimes(() -> 0), () -> 0, Duration.ofMillis(5)),
            Duration.ofMillis(100),
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            new TrackerViews()),
        1);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "batch-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbSettings.class);
    driver = new TopologyTestDriver(builder.build(), properties, Instant.ofEpochMilli(START));
    delayed =
        driver.createOutputTopic(
            names.delayed(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
    codec.close();
  }

  @Test
  void theJobThatWaitsIsSentOnceWhenAllHaveEnded() {
    enqueue("a");
    enqueue("b");
    close("batch-1", 2, "report");
    end("a", JobState.SUCCEEDED);
    assertThat(delayed.isEmpty()).isTrue();
    end("b", JobState.DEAD);
    TestRecord<byte[], byte[]> sent = delayed.readRecord();
    assertThat(new String(sent.key(), StandardCharsets.UTF_8)).isEqualTo("report");
    assertThat(new String(sent.value(), StandardCharsets.UTF_8)).isEqualTo("payload of report");
    assertThat(HeaderText.of(sent.headers(), JobHeaders.QUEUE)).isEqualTo("mail");
    assertThat(HeaderText.of(sent.headers(), JobHeaders.BATCH_TOTAL)).isNull();
    end("b", JobState.DEAD); // read twice
    close("batch-1", 2, "another");
    assertThat(delayed.isEmpty()).isTrue();
    assertThat(row("batch-1").complete()).isTrue();
    assertThat(row("batch-1").byState())
        .isEqualTo(Map.of(JobState.SUCCEEDED, 1L, JobState.DEAD, 1L));
  }

  @Test
  void aBatchThatIsClosedLastIsCompleteThen() {
    enqueue("a");
    end("a", JobState.SUCCEEDED);
    close("batch-1", 1, "report");
    assertThat(delayed.readRecord().headers().toArray()).isNotEmpty();
  }

  @Test
  void aBatchWithoutAJobIsCountedAlone() {
    enqueue("a");
    close("batch-1", 1, null);
    assertThat(row("batch-1").live()).isEqualTo(1);
    end("a", JobState.CANCELLED);
    assertThat(row("batch-1").complete()).isTrue();
    assertThat(delayed.isEmpty()).isTrue();
  }

  @Test
  void nonsenseIsLeftOut() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.BATCH_TOTAL, HeaderText.bytes("many"));
    put(names.batchCommands(), "batch-1", null, headers);
    put(names.batchCommands(), "batch-1", null, new RecordHeaders());
    close("batch-1", 0, null);
    assertThat(row("batch-1").complete()).isTrue();
  }

  @Test
  void aBatchIsForgottenInTime() {
    enqueue("a");
    close("batch-1", 1, null);
    end("a", JobState.SUCCEEDED);
    put("tasks.mail", "c", "p", headers("c", JobHeaders.BATCH_ID, "batch-2"));
    clock.addAndGet(Duration.ofDays(2).toMillis());
    driver.advanceWallClockTime(Duration.ofMinutes(11));
    assertThat(driver.getKeyValueStore(TrackerParts.BATCHES).get(BatchKeys.row("batch-1")))
        .isNull();
    assertThat(row("batch-2").live()).isEqualTo(1);
  }

  private BatchRow row(String batch) {
    byte[] bytes = (byte[]) driver.getKeyValueStore(TrackerParts.BATCHES).get(BatchKeys.row(batch));
    return bytes == null ? BatchRow.NONE : BatchRow.read(bytes);
  }

  private void enqueue(String id) {
    put("tasks.mail", id, "p", headers(id, JobHeaders.BATCH_ID, "batch-1"));
  }

  private void close(String batch, long total, @Nullable String then) {
    RecordHeaders headers = new RecordHeaders();
    if (then != null) {
      headers = headers(then, JobHeaders.QUEUE, "mail");
    }
    headers.add(JobHeaders.BATCH_TOTAL, HeaderText.bytes(total));
    put(names.batchCommands(), batch, then == null ? null : "payload of " + then, headers);
  }

  private static RecordHeaders headers(String id, String name, String value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.ID, HeaderText.bytes(id));
    headers.add(JobHeaders.RUN, HeaderText.bytes("run-" + id));
    headers.add(name, HeaderText.bytes(value));
    return headers;
  }

  private void end(String id, JobState state) {
    JobEvent event = new JobEvent();
    event.setAt(Instant.ofEpochMilli(clock.get()));
    event.setJobId(id);
    event.setRun("run-" + id);
    event.setQueue("mail");
    event.setType("Mail");
    event.setState(io.clusterdb.tasks.schemas.avro.JobState.valueOf(state.name()));
    event.setAttempt(1);
    event.setMetadata(Map.of());
    event.setBatchId("batch-1");
    driver
        .createInputTopic(names.events(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(HeaderText.bytes(id), codec.encode(names.events(), event), clock.get());
  }

  private void put(String topic, String key, @Nullable String value, RecordHeaders headers) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                HeaderText.bytes(key),
                value == null ? null : HeaderText.bytes(value),
                headers,
                clock.get()));
  }
}
