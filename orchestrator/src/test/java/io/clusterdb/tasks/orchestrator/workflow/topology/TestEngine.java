package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import io.clusterdb.tasks.schemas.avro.WorkflowReply;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.RocksDbSettings;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.Tracing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The engine's topology with a catalog, a clock and what came out of it. */
final class TestEngine implements AutoCloseable {
  static final long START = 1_700_000_000_000L;

  final TopicNames names = new TopicNames("tasks");
  final TestCatalog catalog;
  final PlatformCodec codec;
  final List<WorkflowEvent> events = new ArrayList<>();
  final AtomicReference<@Nullable Tracing> tracing = new AtomicReference<>();
  private final TopologyTestDriver driver;
  private long clock = START;
  private int commands;

  TestEngine(Path directory, TestCatalog catalog, Settings settings) {
    this(directory, catalog, settings, PlatformCodec.singleObject());
  }

  TestEngine(Path directory, TestCatalog catalog, Settings settings, PlatformCodec codec) {
    this.catalog = catalog;
    this.codec = codec;
    Topology topology = new Topology();
    WorkflowTopology.addTo(
        topology,
        new WorkflowParts(
            names,
            catalog,
            topic -> 2 << 20,
            codec,
            () -> Instant.ofEpochMilli(clock),
            () -> clock * 1_000_000,
            CommitPace.perThread(
                new CommitTimes(() -> clock * 1_000_000),
                () -> clock * 1_000_000,
                Duration.ofMillis(5)),
            settings,
            null,
            tracing::get));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbSettings.class);
    driver = new TopologyTestDriver(topology, properties, Instant.ofEpochMilli(START));
  }

  /** A job that came out. */
  record Started(String topic, TestRecord<byte[], byte[]> record) {
    String header(String name) {
      return String.valueOf(HeaderText.of(record.headers(), name));
    }

    String id() {
      return header(JobHeaders.ID);
    }

    String payload() {
      return new String(record.value(), UTF_8);
    }
  }

  void start(String id, String workflow, @Nullable String version, @Nullable String input) {
    WorkflowCommand command = command(id, WorkflowCommandKind.START);
    command.setWorkflow(workflow);
    command.setVersion(version);
    command.setInput(input);
    command.setReplyKey("me/" + id);
    send(command);
  }

  WorkflowCommand command(String id, WorkflowCommandKind kind) {
    WorkflowCommand command = new WorkflowCommand();
    command.setCommandId("c" + ++commands);
    command.setAt(Instant.ofEpochMilli(clock));
    command.setExecutionId(id);
    command.setKind(kind);
    command.setContext(Map.of("source", "test"));
    return command;
  }

  void send(WorkflowCommand command, String traceparent) {
    byte[] value = codec.encode(names.workflowCommands(), command);
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.TRACEPARENT, HeaderText.bytes(traceparent));
    driver
        .createInputTopic(
            names.workflowCommands(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>("key".getBytes(UTF_8), value, headers));
  }

  /** Hands commands that the engine sent to it, as the brokers would. */
  void passOn() {
    out(names.workflowCommands())
        .forEach(
            record ->
                driver
                    .createInputTopic(
                        names.workflowCommands(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())
                    .pipeInput(record));
  }

  void send(WorkflowCommand command) {
    sendRaw(codec.encode(names.workflowCommands(), command));
  }

  void sendRaw(byte[] value) {
    pipe(names.workflowCommands(), value);
  }

  void outcomeRaw(byte[] value) {
    pipe(names.workflowOutcomes(), value);
  }

  private void pipe(String topic, byte[] value) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput("key".getBytes(UTF_8), value);
  }

  /** The job's outcome; it failed if there is an error. */
  void end(Started job, @Nullable String result, @Nullable String error) {
    JobOutcome outcome = new JobOutcome();
    outcome.setAt(Instant.ofEpochMilli(clock));
    outcome.setReplyKey(job.header(JobHeaders.REPLY_KEY));
    outcome.setJobId(job.id());
    outcome.setRun(job.header(JobHeaders.RUN));
    outcome.setQueue("default");
    outcome.setType(job.header(JobHeaders.TYPE));
    outcome.setState(error == null ? JobState.SUCCEEDED : JobState.DEAD);
    outcome.setAttempt(1);
    outcome.setResult(result);
    outcome.setError(error == null ? null : new JobError(error, "no"));
    pipe(names.workflowOutcomes(), codec.encode(names.workflowOutcomes(), outcome));
  }

  List<TestRecord<byte[], byte[]>> out(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  List<Started> jobs() {
    return jobs("tasks.default");
  }

  List<Started> jobs(String topic) {
    return out(topic).stream().map(record -> new Started(topic, record)).toList();
  }

  Started job() {
    List<Started> all = jobs();
    if (all.size() != 1) {
      throw new AssertionError("expected one job, found " + all.size());
    }
    return all.getFirst();
  }

  List<WorkflowReply> replies() {
    return out(names.replies()).stream()
        .map(record -> codec.decode("", record.value(), WorkflowReply.class))
        .toList();
  }

  /** Kinds of the events since the last call. */
  List<String> kinds() {
    List<String> kinds = new ArrayList<>();
    for (TestRecord<byte[], byte[]> record : out(names.workflowEvents())) {
      WorkflowEvent event = codec.decode("", record.value(), WorkflowEvent.class);
      events.add(event);
      kinds.add(event.getKind() + (event.getTask() == null ? "" : " " + event.getTask()));
    }
    return kinds;
  }

  void pass(Duration time) {
    clock += time.toMillis();
    driver.advanceWallClockTime(time);
  }

  private KeyValueStore<byte[], byte[]> store() {
    return driver.getKeyValueStore(WorkflowTopology.STORE);
  }

  /** Rows of a run as the store has them. */
  Map<Row.Key, Row> rows(String id) {
    Map<Row.Key, Row> rows = new HashMap<>();
    byte[] prefix = RowKeys.rows(id);
    try (KeyValueIterator<byte[], byte[]> all = store().range(prefix, RowKeys.after(prefix))) {
      all.forEachRemaining(
          each -> {
            Row.Key key = RowKeys.row(each.key, prefix.length);
            rows.put(key, RowFormat.read(key.kind(), each.value));
          });
    }
    return rows;
  }

  Row.Run run(String id) {
    return (Row.Run) requireNonNull(rows(id).get(Row.Key.RUN));
  }

  /** Rows that a run's events alone make. */
  Map<Row.Key, Row> replayed(String id) {
    List<String> unused = kinds();
    List<WorkflowEvent> own =
        events.stream().filter(event -> event.getExecutionId().equals(id)).toList();
    return History.rows(
        requireNonNull(
            catalog.current().workflow(own.getFirst().getWorkflow(), own.getFirst().getVersion())),
        own);
  }

  /** Entries of the store but definitions. */
  int entries() {
    int count = 0;
    try (KeyValueIterator<byte[], byte[]> all = store().all()) {
      while (all.hasNext()) {
        count += all.next().key[0] == 'D' ? 0 : 1;
      }
    }
    return count;
  }

  @Override
  public void close() {
    driver.close();
  }
}
