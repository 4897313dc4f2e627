package io.clusterdb.tasks.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.clusterdb.tasks.worker.handler.ExecHandler;
import io.clusterdb.tasks.worker.handler.ExecOptions;
import io.opentelemetry.context.Scope;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Traces through brokers, scheduler, orchestrator and worker. */
@SuppressWarnings("NullAway.Init") // start() comes before all tests
class TracingIT {
  private static final Path ORDERS = Path.of("..", "examples", "order-processing");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Map<String, Map<String, String>> logged = new ConcurrentHashMap<>();
  private static final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private static EmbeddedPlatform platform;
  private static OtlpCollector collector;

  /** With an OpenTelemetry of its own. */
  private static Tasks own;

  private static Processor processor;

  @BeforeAll
  static void start() throws Exception {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    collector = OtlpCollector.start();
    platform
        .tasks()
        .configureTelemetry(
            TracingConfig.service("platform").exporters(TraceExporter.otlp(collector.endpoint())));
    own = Tasks.connect(platform.bootstrap());
    own.configureTelemetry(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build());
    RetryPolicy soon = RetryPolicy.linear(Duration.ofMillis(50), Duration.ofMillis(1));
    own.queues().createQueue(Queue.named("chain").partitions(1).retry(soon.maxAttempts(3)).build());
    processor =
        Processor.on(own)
            .queue("chain")
            .handler("first", Payload.class, TracingIT::first)
            .handler("second", Payload.class, (payload, context) -> log(context))
            .handler("chain", Payload.class, (payload, context) -> failOnce(context))
            .handler("dies", Payload.class, TracingIT::die)
            .start();
    assertThat(processor.awaitReady(LONG)).isTrue();
  }

  @AfterAll
  static void stop() {
    processor.close();
    own.close();
    collector.close();
    platform.close();
  }

  private static Object log(JobContext context) {
    logged.put(context.job().id() + "/" + context.job().attempt(), MDC.getCopyOfContextMap());
    return "done";
  }

  private static Object failOnce(JobContext context) {
    log(context);
    if (context.job().attempt() == 1) {
      throw new IllegalStateException("not yet");
    }
    return "done";
  }

  private static Object first(Payload payload, JobContext context) {
    Object result = failOnce(context);
    var unused =
        context.enqueue(
            Job.of("second")
                .queue("chain")
                .id(context.job().id() + "-second")
                .schedule(Schedule.after(Duration.ofMillis(50)))
                .build());
    return result;
  }

  private static final AtomicInteger deaths = new AtomicInteger();

  private static Object die(Payload payload, JobContext context) {
    if (deaths.incrementAndGet() == 1) {
      throw new PermanentFailure("no");
    }
    return log(context);
  }

  @Test
  void anOrderThatIsRefundedIsOneTrace() throws Exception {
    assumeThat(Files.isExecutable(Path.of("/bin/bash"))).as("the steps need bash").isTrue();
    TasksConfig config =
        TasksConfig.load(ORDERS.resolve("order-processing.yaml"))
            .bootstrap(platform.bootstrap())
            .telemetry(
                TracingConfig.service("orders")
                    .exporters(TraceExporter.otlp(collector.endpoint())));
    try (Tasks tasks = Tasks.connect(config)) {
      tasks.queues().createQueue(config.queues().getFirst());
      tasks.workflows().createWorkflow(config.workflows().getFirst());
      Processor.Builder worker = Processor.on(tasks).queue("default");
      ExecHandler step =
          ExecHandler.command(ORDERS.resolve("step.sh").toString(), ExecOptions.DEFAULT);
      for (String type :
          List.of("ValidateOrder", "ProcessPayment", "FulfillOrder", "RefundPayment")) {
        worker.handler(type, Payload.class, step);
      }
      try (Processor unused = worker.start()) {
        assertThat(
                tasks
                    .workflows()
                    .execute(
                        WorkflowExecution.of("order-processing")
                            .id("unstocked")
                            .input(Map.of("order_id", "unstocked-1")))
                    .result(LONG)
                    .state())
            .isEqualTo(RunState.COMPENSATED);
      }
    }
    await().atMost(LONG).untilAsserted(TracingIT::assertOneTraceOfTheOrder);
  }

  private static void assertOneTraceOfTheOrder() {
    List<Span> trace = traceOf("run order-processing");
    assertThat(trace.stream().filter(span -> span.getName().equals("process tasks.default")))
        .extracting(span -> OtlpCollector.text(span, "tasks.job.type"))
        .containsOnly("ValidateOrder", "ProcessPayment", "FulfillOrder", "RefundPayment");
    assertThat(trace.stream().filter(span -> span.getName().equals("send tasks.default")))
        .filteredOn(span -> "true".equals(OtlpCollector.text(span, "tasks.workflow.compensation")))
        .extracting(span -> OtlpCollector.text(span, "tasks.workflow.task"))
        .containsExactly("process-payment");
    assertThat(trace)
        .filteredOn(span -> span.getName().equals("run order-processing"))
        .extracting(span -> OtlpCollector.text(span, "tasks.workflow.state"))
        .containsExactly("COMPENSATED");
    assertConnected(trace);
    Set<ByteString> attempts =
        trace.stream()
            .filter(span -> span.getName().startsWith("process"))
            .map(Span::getSpanId)
            .collect(Collectors.toSet());
    assertThat(collector.spans().stream().filter(span -> span.getName().equals("settle default")))
        .flatExtracting(Span::getLinksList)
        .anyMatch(link -> attempts.contains(link.getSpanId()));
  }

  /** The spans of the trace in which there is one of this name. */
  private static List<Span> traceOf(String name) {
    List<Span> all = collector.spans();
    List<Span> named = all.stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(named).isNotEmpty();
    ByteString trace = named.getFirst().getTraceId();
    return all.stream().filter(span -> span.getTraceId().equals(trace)).toList();
  }

  /** One span is the root, and each other one is below one that is there. */
  private static void assertConnected(List<Span> trace) {
    Set<ByteString> ids = trace.stream().map(Span::getSpanId).collect(Collectors.toSet());
    assertThat(trace.stream().filter(span -> span.getParentSpanId().isEmpty())).hasSize(1);
    assertThat(trace.stream().filter(span -> !span.getParentSpanId().isEmpty()))
        .allMatch(span -> ids.contains(span.getParentSpanId()));
  }

  @Test
  void retriesDelaysAndWhatHandlersEnqueueAreOfOneTrace() {
    own.queues()
        .enqueue(
            Job.of("first")
                .queue("chain")
                .id("job-1")
                .schedule(Schedule.after(Duration.ofMillis(50)))
                .build());
    await().atMost(LONG).until(() -> logged.containsKey("job-1-second/1"));
    await().atMost(LONG).until(() -> processed("job-1-second").size() == 1);
    List<SpanData> attempts = processed("job-1");
    assertThat(attempts)
        .extracting(span -> span.getAttributes().get(io.clusterdb.tasks.trace.SpanNames.OUTCOME))
        .containsExactly("retried", "succeeded");
    String trace = attempts.getFirst().getTraceId();
    assertThat(attempts.getLast().getTraceId()).isEqualTo(trace);
    assertThat(processed("job-1-second").getFirst().getTraceId()).isEqualTo(trace);
    List<SpanData> all =
        spans.getFinishedSpanItems().stream()
            .filter(span -> span.getTraceId().equals(trace))
            .toList();
    assertThat(all).filteredOn(span -> !span.getParentSpanContext().isValid()).hasSize(1);
    assertThat(logged.get("job-1/2"))
        .containsEntry("job_id", "job-1")
        .containsEntry("queue", "chain")
        .containsEntry("job_type", "first")
        .containsEntry("attempt", "2")
        .containsEntry("trace_id", trace)
        .containsEntry("span_id", attempts.getLast().getSpanId());
  }

  private static List<SpanData> processed(String id) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().startsWith("process"))
        .filter(
            span ->
                id.equals(span.getAttributes().get(io.clusterdb.tasks.trace.SpanNames.MESSAGE_ID)))
        .toList();
  }

  @Test
  void aTraceThatBeginsWithAnAttemptGoesOnWithTheNext() {
    Map<String, Object> settings =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrap());
    try (KafkaProducer<byte[], byte[]> plain = TasksRuntime.of(own).clients().producer(settings)) {
      var unused =
          plain.send(
              new ProducerRecord<>("tasks.chain", null, "{}".getBytes(StandardCharsets.UTF_8)));
    }
    await().atMost(LONG).until(() -> logged.keySet().stream().anyMatch(TracingIT::isSecondOfPlain));
    String id =
        logged.keySet().stream().filter(TracingIT::isSecondOfPlain).findFirst().orElseThrow();
    await().atMost(LONG).until(() -> processed(id.substring(0, id.length() - 2)).size() == 2);
    assertThat(processed(id.substring(0, id.length() - 2)))
        .extracting(SpanData::getTraceId)
        .containsOnly(String.valueOf(Objects.requireNonNull(logged.get(id), id).get("trace_id")));
  }

  private static boolean isSecondOfPlain(String attempt) {
    return attempt.startsWith("tasks.chain-") && attempt.endsWith("/2");
  }

  @Test
  void whoTracesNothingHandsTheContextOn() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    HttpRequest post =
        HttpRequest.newBuilder(platform.api().resolve("/v1/queues/chain/jobs"))
            .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"type\": \"second\", \"id\": \"by-http\"}"))
            .build();
    TraceContext context = TraceContext.of("00-" + trace + "-b7ad6b7169203332-01", null);
    try (HttpClient client = HttpClient.newHttpClient();
        Tasks plain = Tasks.connect(platform.bootstrap());
        Scope unused = Tracing.above(requireNonNull(context).spanContext()).makeCurrent()) {
      assertThat(client.send(post, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
      plain.queues().enqueue(Job.of("second").queue("chain").id("by-java").build());
    }
    await().atMost(LONG).until(() -> processed("by-http").size() == 1);
    await().atMost(LONG).until(() -> processed("by-java").size() == 1);
    assertThat(processed("by-http").getFirst().getTraceId()).isEqualTo(trace);
    SpanData attempt = processed("by-java").getFirst();
    assertThat(attempt.getTraceId()).isEqualTo(trace);
    assertThat(attempt.getParentSpanId()).isEqualTo("b7ad6b7169203332");
  }

  @Test
  void aReplayedJobGoesOnWithItsTrace() {
    own.queues().enqueue(Job.of("dies").queue("chain").id("dead-1").build());
    await().atMost(LONG).until(() -> own.queues().deadLetters("chain").find("dead-1").size() == 1);
    own.queues()
        .deadLetters("chain")
        .replay(Replay.of(job -> job.id().equals("dead-1")), done -> {});
    await().atMost(LONG).until(() -> processed("dead-1").size() == 2);
    List<SpanData> attempts = processed("dead-1");
    assertThat(attempts)
        .extracting(SpanData::getTraceId)
        .containsOnly(attempts.getFirst().getTraceId());
  }

  @Test
  void aTraceBeginsWithTheFireOfASchedule() {
    own.schedules()
        .configure(
            ScheduledTask.named("nightly")
                .schedule(Schedule.every(Duration.ofHours(1)))
                .task(Task.of("second").queue("chain")));
    String id = own.schedules().trigger("nightly").value();
    await().atMost(LONG).until(() -> processed(id).size() == 1);
    SpanData attempt = processed(id).getFirst();
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(collector.spans())
                    .filteredOn(span -> OtlpCollector.trace(span).equals(attempt.getTraceId()))
                    .extracting(span -> OtlpCollector.text(span, "tasks.schedule"))
                    .containsExactly("nightly"));
  }

  @Test
  void jobsGoOnAndSpansAreCountedWhereTheCollectorHangs() throws IOException {
    int jobs = 6_000;
    AtomicInteger ran = new AtomicInteger();
    long closing;
    try (OtlpCollector hanging = OtlpCollector.hanging()) {
      Tasks tasks =
          Tasks.connect(
              TasksConfig.of(platform.bootstrap())
                  .telemetry(
                      TracingConfig.service("hangs")
                          .exporters(TraceExporter.otlp(hanging.endpoint()))));
      tasks.queues().createQueue(Queue.named("busy").partitions(1).build());
      Processor unused =
          Processor.on(tasks)
              .queue("busy")
              .action("count", Payload.class, (payload, context) -> ran.incrementAndGet())
              .start();
      tasks
          .queues()
          .enqueue(
              IntStream.range(0, jobs)
                  .mapToObj(i -> Job.of("count").queue("busy").build())
                  .toList());
      await().atMost(LONG).until(() -> ran.get() == jobs);
      await().atMost(LONG).until(() -> tasks.traceCounts().dropped() > 0);
      assertThat(tasks.traceCounts().exported()).isZero();
      closing = System.nanoTime();
      tasks.close();
      closing = System.nanoTime() - closing;
    }
    assertThat(Duration.ofNanos(closing)).isLessThan(Duration.ofSeconds(20));
  }
}
