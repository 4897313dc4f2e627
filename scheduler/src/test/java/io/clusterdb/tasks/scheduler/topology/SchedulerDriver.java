package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.scheduler.engine.FakeCatalog;
import io.clusterdb.tasks.scheduler.engine.FakeTopics;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.UniqueAdmission;
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

/** The scheduler's topology on a clock that tests move, and what goes in and comes out. */
final class SchedulerDriver implements AutoCloseable {
  static final long START = 1_700_000_000_000L;
  static final String QUEUE = "tasks.mail";
  static final String RETRY = "tasks.mail.retry";
  static final String DELAYED = "tasks.delayed";
  static final String DEAD = "tasks.scheduler.dlq";

  static final String UNIQUE = "tasks.unique";
  static final String CONTROL = "tasks.control";
  static final String EVENTS = "tasks.events";
  static final PlatformCodec CODEC = PlatformCodec.singleObject();

  private final FakeCatalog catalog = new FakeCatalog("mail", "default");
  private final FakeTopics topics =
      new FakeTopics()
          .with(QUEUE, 10_000)
          .with("tasks.mail.high", 10_000)
          .with("tasks.default", 10_000)
          .with(DELAYED, 20_000);
  private final AtomicLong clock = new AtomicLong(START);
  private final TopologyTestDriver driver;
  private int commands;

  SchedulerDriver(Path directory) {
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
    driver = new TopologyTestDriver(topology, properties(directory), Instant.ofEpochMilli(START));
  }

  FakeCatalog catalog() {
    return catalog;
  }

  FakeTopics topics() {
    return topics;
  }

  /** Milliseconds since 1970. */
  AtomicLong clock() {
    return clock;
  }

  TopologyTestDriver driver() {
    return driver;
  }

  @Override
  public void close() {
    driver.close();
  }

  void unique(String id, String key, String policy, long window) {
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

  void released(String run) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.UNIQUE_RELEASED, bytes(run));
    driver
        .createInputTopic(UNIQUE, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(bytes("mail/k"), null, headers, clock.get()));
  }

  List<UniqueAdmission> answers() {
    return at("tasks.replies").stream()
        .map(record -> CODEC.decode("tasks.replies", record.value(), UniqueAdmission.class))
        .toList();
  }

  void command(JobCommandKind kind, String job, @Nullable String run, @Nullable Long notBefore) {
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

  List<JobEvent> events() {
    return at(EVENTS).stream()
        .map(record -> CODEC.decode(EVENTS, record.value(), JobEvent.class))
        .toList();
  }

  long entries() {
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

  void pass(long millis) {
    clock.addAndGet(millis);
    driver.advanceWallClockTime(Duration.ofMillis(millis));
  }

  void put(String topic, String id, String value, long appendedAt, String... more) {
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

  List<TestRecord<byte[], byte[]>> at(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  static @Nullable String header(TestRecord<byte[], byte[]> job, String name) {
    return HeaderText.of(job.headers(), name);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Properties properties(Path directory) {
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
