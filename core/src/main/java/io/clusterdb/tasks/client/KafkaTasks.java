package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.PayloadCodec;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.WorkflowManager;
import io.clusterdb.tasks.audit.Actor;
import io.clusterdb.tasks.audit.Audit;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogReader;
import io.clusterdb.tasks.catalog.CatalogTopic;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.catalog.CatalogWriter;
import io.clusterdb.tasks.catalog.MonitoringDefinitions;
import io.clusterdb.tasks.codec.AvroCodec;
import io.clusterdb.tasks.codec.BytesCodec;
import io.clusterdb.tasks.codec.JsonCodec;
import io.clusterdb.tasks.codec.PayloadCodecs;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.metrics.ClientMeters;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.topic.TopicAdmin;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The connection on Kafka: makes the parts and closes them. Thread-safe. */
public final class KafkaTasks implements TasksRuntime {
  private static final String URL = "schema.registry.url";
  private static final Duration OPERATION_LIMIT = Duration.ofSeconds(30);
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  /** Nobody waits for what an admin client still asks. */
  private static final Duration ADMIN_CLOSE_LIMIT = Duration.ofMillis(200);

  private final TasksConfig config;
  private final InstantSource clock;
  private final @Nullable Meters meters;
  private final TopicNames names;
  private final KafkaClients clients;
  private final ClientMeters producerMeters;
  private final Lazy<Admin> admin;
  private final Lazy<KafkaProducer<byte[], byte[]>> producer;
  private final PlatformCodec platformCodec;
  private final AvroCodec avro;
  private final Sealing sealing;
  private final PayloadCodecs codecs;
  private final TopicAdmin topics;
  private final CatalogReader catalog;
  private final CatalogWriter writer;
  private final DepthEstimator depths;
  private final CheckedJobRecords records;
  private final ReplyListener replies;
  private final KafkaQueues queues;
  private final Audit audit;
  private final JobRetries retries;
  private final KafkaTypes types;
  private final KafkaSchedules schedules;
  private final JobCommands commands;
  private final KafkaWorkflows workflows;
  private final ApiClient api;
  private final TracingSwitch tracing = new TracingSwitch();
  private final Attachments attachments = new Attachments();
  private final AtomicBoolean closed = new AtomicBoolean();

  private KafkaTasks(
      TasksConfig config, InstantSource clock, RandomGenerator random, @Nullable Meters meters) {
    String bootstrap = config.bootstrap();
    Ids ids = new Ids(clock, random);
    this.config = config;
    this.clock = clock;
    this.meters = meters;
    this.names = new TopicNames(config.prefix());
    this.clients = new KafkaClients(config);
    this.producerMeters = new ClientMeters(meters);
    this.admin = new Lazy<>(clients::admin, client -> client.close(ADMIN_CLOSE_LIMIT));
    this.producer =
        new Lazy<>(
            () -> producerMeters.show(clients.producer(ClientSettings.enqueueProducer())),
            client -> client.close(CLOSE_LIMIT));
    this.topics =
        new TopicAdmin(
            admin,
            names,
            config.replication(),
            config.sharedPartitions(),
            bootstrap,
            OPERATION_LIMIT);
    CatalogTopic catalogTopic = new CatalogTopic(admin, topics, bootstrap);
    PlatformCodec configured = platformCodec(config);
    this.catalog =
        new CatalogReader(
            catalogTopic,
            () -> clients.consumer(ClientSettings.follower()),
            configured,
            READ_LIMIT);
    this.writer =
        new CatalogWriter(
            catalogTopic,
            catalog,
            () -> clients.producer(ClientSettings.catalogProducer(names)),
            clock,
            random,
            OPERATION_LIMIT);
    RegistryAddress announced = new RegistryAddress(catalog);
    boolean known = config.registryUrl() != null || config.registryProperties().containsKey(URL);
    this.platformCodec =
        known ? configured : PlatformCodec.following(announced, config.registryProperties());
    this.avro = new AvroCodec(known ? config::registryUrl : announced, config.registryProperties());
    this.sealing = new Sealing(config.encryption());
    this.codecs = new PayloadCodecs(List.of(avro, new BytesCodec(), new JsonCodec()), sealing);
    this.audit =
        new Audit(
            topics,
            producer,
            clock,
            ids::id,
            Actor.process(config.kafkaProperties(), System.getenv()),
            bootstrap);
    DepthProbe depth = new DepthProbe(admin, topics, names, bootstrap);
    this.depths = new DepthEstimator(depth);
    this.records =
        new CheckedJobRecords(
            catalog,
            new Router(names),
            codecs,
            sealing,
            new LaneTopics(topics, writer::change),
            depths,
            ids,
            clock,
            tracing);
    this.replies =
        new ReplyListener(
            ids.run(),
            topics,
            () -> clients.consumer(ClientSettings.follower()),
            platformCodec,
            sealing,
            bootstrap);
    this.api = new ApiClient(config.http(), catalog);
    ApiQueries queries = new ApiQueries(api, sealing);
    JobSender sender = new JobSender(records, producer, bootstrap, tracing, new SentJobs(meters));
    this.queues =
        new KafkaQueues(
            this,
            new QueueAdmin(catalog, writer, topics, names, depth, admin, bootstrap, audit),
            records,
            sender,
            new Admissions(sender, records, replies),
            queries,
            new KafkaBatches(this, producer));
    this.retries = new JobRetries(this, producer);
    this.commands = new JobCommands(names, producer, platformCodec, clock, ids, bootstrap, audit);
    this.types = new KafkaTypes(writer, sender, replies, retries, commands, queries, audit);
    this.schedules = new KafkaSchedules(this, producer, ids);
    WorkflowCommands workflowCommands =
        new WorkflowCommands(names.workflowCommands(), bootstrap, producer, clock, ids, tracing);
    this.workflows =
        new KafkaWorkflows(this, new WorkflowRuns(catalog, workflowCommands, replies, ids), api);
  }

  /**
   * Connects. Where the configuration names no schema registry, the one that the catalog announces
   * is used, from the first record that could need it; while it is away, the platform's records are
   * written without it.
   *
   * @throws TasksException UNREACHABLE if no broker answers within 10 s, FORBIDDEN if it refuses
   *     the login, INVALID_CONFIG
   */
  public static Tasks connect(TasksConfig config) {
    return connect(config, InstantSource.system(), SharedRandom.seeded());
  }

  /** As {@link #connect(TasksConfig)}, measuring into this registry. */
  public static Tasks connect(TasksConfig config, MeterRegistry metrics) {
    return connect(config, InstantSource.system(), SharedRandom.seeded(), Meters.of(metrics));
  }

  /** As {@link #connect(TasksConfig)}, with a clock and a thread-safe source of chance. */
  public static TasksRuntime connect(
      TasksConfig config, InstantSource clock, RandomGenerator random) {
    return connect(config, clock, random, null);
  }

  private static TasksRuntime connect(
      TasksConfig config, InstantSource clock, RandomGenerator random, @Nullable Meters meters) {
    KafkaTasks tasks = new KafkaTasks(config, clock, random, meters);
    try {
      Reachability.check(tasks.admin, config.bootstrap());
      TracingConfig traces = config.telemetry();
      if (traces != null) {
        tasks.configureTelemetry(traces);
      }
    } catch (RuntimeException e) {
      tasks.close();
      throw e;
    }
    return tasks;
  }

  private static PlatformCodec platformCodec(TasksConfig config) {
    Map<String, Object> settings = new HashMap<>(config.registryProperties());
    if (config.registryUrl() != null) {
      settings.put(URL, config.registryUrl());
    }
    try {
      return PlatformCodec.of(settings);
    } catch (ConfigException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "the settings of the schema registry are wrong. %s Correct schema_registry."
              .formatted(e.getMessage()),
          e);
    }
  }

  @Override
  public TaskManager tasks() {
    return types;
  }

  @Override
  public QueueManager queues() {
    return queues;
  }

  @Override
  public ScheduleManager schedules() {
    return schedules;
  }

  @Override
  public WorkflowManager workflows() {
    return workflows;
  }

  @Override
  public void configureMonitoring(MetricsConfig monitoring) {
    audit.run(
        "monitoring.configure",
        "monitoring",
        () ->
            writer.change(
                before ->
                    MonitoringDefinitions.same(before.monitoring(), monitoring)
                        ? List.of()
                        : List.of(new CatalogChange.PutMonitoring(monitoring))));
  }

  @Override
  public List<Alert> alerts() {
    return AlertTopic.sorted(new AlertTopic(this).read().values());
  }

  @Override
  public void configureTelemetry(TracingConfig config) {
    tracing.on(config);
  }

  @Override
  public void configureTelemetry(OpenTelemetry openTelemetry) {
    tracing.on(openTelemetry);
  }

  @Override
  public TraceCounts traceCounts() {
    return tracing.counts();
  }

  @Override
  public @Nullable Tracing tracing() {
    return tracing.get();
  }

  @Override
  public TasksConfig config() {
    return config;
  }

  @Override
  public TopicNames names() {
    return names;
  }

  @Override
  public CatalogView catalog() {
    return catalog;
  }

  @Override
  public CatalogWriter catalogWriter() {
    return writer;
  }

  @Override
  public TopicAdmin topics() {
    return topics;
  }

  @Override
  public Admin admin() {
    return admin.get();
  }

  @Override
  public PlatformCodec platformCodec() {
    return platformCodec;
  }

  @Override
  public KafkaClients clients() {
    return clients;
  }

  @Override
  public PayloadCodecs codecs(List<PayloadCodec> first) {
    return codecs.with(first);
  }

  @Override
  public Sealing sealing() {
    return sealing;
  }

  @Override
  public JobRecords records() {
    return records;
  }

  @Override
  public JobCommands commands() {
    return commands;
  }

  @Override
  public ApiClient api() {
    return api;
  }

  @Override
  public Audit audit() {
    return audit;
  }

  @Override
  public JobRetries retries() {
    return retries;
  }

  @Override
  public @Nullable Meters meters() {
    return meters;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public void attach(AutoCloseable part) {
    attachments.add(part);
  }

  @Override
  public void detach(AutoCloseable part) {
    attachments.remove(part);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    attachments.closeAll();
    api.close();
    replies.close();
    depths.close();
    producerMeters.close();
    producer.close();
    catalog.close();
    admin.close();
    avro.close();
    platformCodec.close();
    tracing.close();
  }
}
